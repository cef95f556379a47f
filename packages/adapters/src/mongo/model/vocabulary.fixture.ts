import { MongoServerError } from "mongodb";

/** Something outside the documented vocabulary: either the store does without it, or the model and `docs/mongodb.md` get it. */
export class OutsideVocabulary extends Error {
  override readonly name = "OutsideVocabulary";
}

export function outside(what: string): never {
  throw new OutsideVocabulary(what);
}

/** The operator of a name; every other name is outside. */
export function operatorOf<T>(table: Readonly<Record<string, T>>, kind: string, name: string): T {
  const operator = Object.hasOwn(table, name) ? table[name] : undefined;
  return operator ?? outside(`${kind} ${name}`);
}

/** Fails as the server does on input that it understands but refuses. */
export function refuse(code: number, message: string): never {
  throw new MongoServerError({ message, errmsg: message, code });
}

export const CODES = {
  badValue: 2,
  failedToParse: 9,
  typeMismatch: 14,
  namespaceExists: 48,
  writeConcernFailed: 64,
  immutableId: 66,
  sameKeysOtherName: 85,
  sameNameOtherKeys: 86,
  duplicateKey: 11_000,
  documentTooLarge: 10_334,
  tooLargeOnceUpdated: 17_419,
} as const;
