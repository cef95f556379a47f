/** A BSON value as JavaScript has it; `undefined` is what MongoDB calls missing. */
export type BsonValue = undefined | null | number | string | boolean | Date | readonly BsonValue[] | BsonDocument;

export interface BsonDocument {
  readonly [name: string]: BsonValue;
}

export type StoredDocument = BsonDocument & { readonly _id: string };

/** The order in which MongoDB sorts types. */
const RANKS = { missing: 0, null: 5, double: 10, string: 15, object: 20, array: 25, bool: 40, date: 45 } as const;

export function typeOf(value: BsonValue): keyof typeof RANKS {
  if (value === undefined) return "missing";
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  if (value instanceof Date) return "date";
  switch (typeof value) {
    case "number":
      return "double";
    case "string":
      return "string";
    case "boolean":
      return "bool";
    default:
      return "object";
  }
}

export function isDocument(value: BsonValue): value is BsonDocument {
  return typeOf(value) === "object";
}

export function isArray(value: BsonValue): value is readonly BsonValue[] {
  return Array.isArray(value);
}

export function isMissingOrNull(value: BsonValue): value is undefined | null {
  return value === undefined || value === null;
}

/** By MongoDB's order of types, and within a type by value: texts by code points, documents by their fields in order. */
export function compareValues(a: BsonValue, b: BsonValue): number {
  const byType = RANKS[typeOf(a)] - RANKS[typeOf(b)];
  if (byType !== 0 || isMissingOrNull(a)) return byType;
  if (typeof a === "string" && typeof b === "string") return compareTexts(a, b);
  if (isArray(a) && isArray(b)) return compareLists(a, b, compareValues);
  if (isDocument(a) && isDocument(b)) return compareLists(Object.entries(a), Object.entries(b), compareFields);
  const difference = Number(a) - Number(b);
  if (Number.isNaN(difference) && a !== b) throw new RangeError("no document of the store holds NaN or an infinite number");
  return difference;
}

function compareFields([nameA, a]: readonly [string, BsonValue], [nameB, b]: readonly [string, BsonValue]): number {
  return RANKS[typeOf(a)] - RANKS[typeOf(b)] || compareTexts(nameA, nameB) || compareValues(a, b);
}

function compareLists<T>(a: readonly T[], b: readonly T[], compare: (a: T, b: T) => number): number {
  for (const [index, element] of a.entries()) {
    const other = b[index];
    if (index >= b.length || other === undefined) break;
    const difference = compare(element, other);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/** By the bytes of UTF-8. */
function compareTexts(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** The same text for equal values: a key to group and join by. */
export function keyOf(value: BsonValue): string {
  return JSON.stringify(value ?? null);
}
