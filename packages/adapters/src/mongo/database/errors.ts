import { CrmError } from "@crm-engine/core/ports";
import {
  BSON,
  MongoBulkWriteError,
  MongoError,
  MongoInvalidArgumentError,
  MongoParseError,
  MongoServerError,
  type WriteError,
} from "mongodb";

const DUPLICATE_KEY = 11_000;

/**
 * What the server refuses permanently: BadValue, FailedToParse, TypeMismatch, InvalidBSON, DollarPrefixedFieldName,
 * DocumentValidationFailure, and documents and keys that are too large.
 */
const REFUSED: ReadonlySet<unknown> = new Set([2, 9, 14, 22, 52, 121, 10_334, 17_280, 17_419, 17_420]);

/** A driver's error as a CrmError, with the driver's as its cause. Any other error stays as it is. */
export function toCrmError(error: unknown): unknown {
  const cause = { cause: error };
  if (isUnwritable(error)) return new CrmError("invalid", `MongoDB's driver can't write it: ${error.message}`, cause);
  if (!(error instanceof MongoError)) return error;
  if (isRefused(error)) return new CrmError("invalid", `MongoDB refuses it: ${error.message}`, cause);
  if (isDuplicateKey(error)) return new CrmError("conflict", "The id is taken.", cause);
  if (error instanceof MongoParseError || error instanceof MongoInvalidArgumentError) {
    return new CrmError("invalid", `MongoDB's driver refused it: ${error.message}`, cause);
  }
  return new CrmError("unavailable", `MongoDB could not do it: ${error.message}`, cause);
}

/** What BSON can't represent, or what exceeds the driver's buffer, which is a little larger than the largest document. */
function isUnwritable(error: unknown): error is Error {
  const outgrown = error instanceof RangeError && "code" in error && error.code === "ERR_OUT_OF_RANGE";
  return outgrown || error instanceof BSON.BSONError;
}

/** Of a bulk write: whether any of its writes was, since repeating the whole would fail again. */
function isRefused(error: MongoError): boolean {
  if (error instanceof MongoBulkWriteError) return faultsOf(error).some(({ code }) => REFUSED.has(code));
  return error instanceof MongoServerError && REFUSED.has(error.code);
}

function faultsOf({ writeErrors }: MongoBulkWriteError): readonly WriteError[] {
  return [writeErrors].flat();
}

export function isDuplicateKey(error: unknown): boolean {
  return error instanceof MongoServerError && error.code === DUPLICATE_KEY;
}

/** For an unordered bulk write that failed: the indexes of the inserts whose id exists. Undefined if anything else failed as well. */
export function duplicatesOf(error: unknown): readonly number[] | undefined {
  if (!(error instanceof MongoBulkWriteError)) return undefined;
  const faults = faultsOf(error);
  const concern = error.result.getWriteConcernError();
  return concern === undefined && faults.every(({ code }) => code === DUPLICATE_KEY)
    ? faults.map(({ index }) => index)
    : undefined;
}
