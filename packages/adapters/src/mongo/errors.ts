import { CrmError } from "@crm-engine/core";
import { MongoBulkWriteError, MongoError, MongoInvalidArgumentError, MongoParseError, MongoServerError } from "mongodb";

const DUPLICATE_KEY = 11_000;

/** A driver's error as the engine's, with the driver's as its cause. What is not the driver's stays as it is. */
export function toCrmError(error: unknown): unknown {
  if (!(error instanceof MongoError)) return error;
  const cause = { cause: error };
  if (isDuplicateKey(error)) return new CrmError("conflict", "The id is taken.", cause);
  if (error instanceof MongoParseError || error instanceof MongoInvalidArgumentError) {
    return new CrmError("invalid", `MongoDB's driver refused it: ${error.message}`, cause);
  }
  return new CrmError("unavailable", `MongoDB could not do it: ${error.message}`, cause);
}

export function isDuplicateKey(error: unknown): boolean {
  return error instanceof MongoServerError && error.code === DUPLICATE_KEY;
}

/**
 * For an unordered bulk write that failed: the places of the inserts whose id was there already. Undefined where anything
 * else went wrong as well.
 */
export function duplicatesOf(error: unknown): readonly number[] | undefined {
  if (!(error instanceof MongoBulkWriteError)) return undefined;
  const faults = Array.isArray(error.writeErrors) ? error.writeErrors : [error.writeErrors];
  const concern = error.result.getWriteConcernError();
  return concern === undefined && faults.every(({ code }) => code === DUPLICATE_KEY)
    ? faults.map(({ index }) => index)
    : undefined;
}
