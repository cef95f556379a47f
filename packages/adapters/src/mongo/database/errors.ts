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

const SOCKET_CODES: ReadonlySet<unknown> = new Set([
  "EPIPE",
  "ECONNRESET",
  "ECONNABORTED",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENETDOWN",
]);

/** A driver's error as a CrmError, with the driver's as its cause. Any other error stays as it is. */
export function toCrmError(given: unknown): unknown {
  const error = unwrapped(given);
  const cause = { cause: error };
  if (isUnwritable(error)) return new CrmError("invalid", `MongoDB's driver can't write it: ${error.message}`, cause);
  if (isOfSocket(error)) return new CrmError("unavailable", `MongoDB could not do it: ${error.message}`, cause);
  if (!(error instanceof MongoError)) return error;
  if (isRefused(error)) return new CrmError("invalid", `MongoDB refuses it: ${error.message}`, cause);
  if (isDuplicateKey(error)) return new CrmError("conflict", "The id is taken.", cause);
  if (error instanceof MongoParseError || error instanceof MongoInvalidArgumentError) {
    return new CrmError("invalid", `MongoDB's driver refused it: ${error.message}`, cause);
  }
  return new CrmError("unavailable", `MongoDB could not do it: ${error.message}`, cause);
}

/**
 * The driver wraps whatever fails a bulk write as a whole, such as a closed connection, in a bulk error without write errors. That
 * says nothing about any single write: the error inside decides.
 */
function unwrapped(error: unknown): unknown {
  const inner: unknown = error instanceof MongoBulkWriteError ? error.errorResponse : undefined;
  return inner instanceof Error ? inner : error;
}

/** The driver hands on as it is what Node says of a connection that ends while a large command is being written. */
function isOfSocket(error: unknown): error is Error {
  return error instanceof Error && "code" in error && SOCKET_CODES.has(error.code);
}

/** What BSON can't represent, or what exceeds the driver's buffer, which is a little larger than the largest document. */
function isUnwritable(error: unknown): error is Error {
  const outgrown = error instanceof RangeError && "code" in error && error.code === "ERR_OUT_OF_RANGE";
  return outgrown || error instanceof BSON.BSONError;
}

/** Whether the command was refused or, of a bulk write, any of its writes, since repeating the whole would fail again. */
function isRefused(error: MongoError): boolean {
  return REFUSED.has(error.code) || faultsOf(error).some(({ code }) => REFUSED.has(code));
}

function faultsOf(error: unknown): readonly WriteError[] {
  return error instanceof MongoBulkWriteError ? [error.writeErrors].flat() : [];
}

/** Of a single write, or of every write of a bulk that failed. */
export function isDuplicateKey(error: unknown): boolean {
  if (error instanceof MongoBulkWriteError) return duplicatesOf(error) !== undefined;
  return error instanceof MongoServerError && error.code === DUPLICATE_KEY;
}

/**
 * For an unordered bulk write that failed: the indexes of the inserts whose id exists. Undefined if anything else failed as well,
 * or if there are no write errors at all: then the bulk failed as a whole.
 */
export function duplicatesOf(error: unknown): readonly number[] | undefined {
  const faults = faultsOf(error);
  if (!(error instanceof MongoBulkWriteError) || faults.length === 0) return undefined;
  if (error.result.getWriteConcernError() !== undefined) return undefined;
  return faults.every(({ code }) => code === DUPLICATE_KEY) ? faults.map(({ index }) => index) : undefined;
}
