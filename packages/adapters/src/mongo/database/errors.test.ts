import {
  BSON,
  type BulkWriteResult,
  MongoBulkWriteError,
  MongoInvalidArgumentError,
  MongoNetworkError,
  MongoServerError,
  MongoServerSelectionError,
  type WriteConcernError,
  type WriteError,
} from "mongodb";
import { describe, expect, it } from "vitest";
import { duplicatesOf, isDuplicateKey, toCrmError } from "./errors.js";

const DUPLICATE = 11_000;
/** The driver makes these by itself only. */
const LATE = { code: 64, errmsg: "waiting for replication timed out" } as WriteConcernError;

describe("an error of a bulk write that has no write errors", () => {
  it.each([
    ["a cut connection", new MongoNetworkError("connection closed"), "unavailable"],
    ["a connection that ends while it is written to", ofSocket("ECONNRESET"), "unavailable"],
    ["no server", new MongoServerSelectionError("none", {} as never), "unavailable"],
    ["no privilege", serverError(13), "unavailable"],
    ["a primary that steps down", serverError(189), "unavailable"],
    ["a command that is refused", serverError(2), "invalid"],
    ["a document that is too large for the command", serverError(10_334), "invalid"],
    ["what has no form in BSON", new BSON.BSONError("key must not contain null bytes"), "invalid"],
    ["what outgrows the driver's buffer", Object.assign(new RangeError("offset"), { code: "ERR_OUT_OF_RANGE" }), "invalid"],
    ["what the driver refuses", new MongoInvalidArgumentError("no"), "invalid"],
  ] as const)("says nothing of any write: %s", (_what, inner, code) => {
    const error = new MongoBulkWriteError(inner, resultOf());
    expect(duplicatesOf(error)).toBeUndefined();
    expect(isDuplicateKey(error)).toBe(false);
    expect(toCrmError(error)).toMatchObject({ code, cause: expect.any(Error) });
  });

  it("says nothing of any write where a majority was too slow", () => {
    const error = new MongoBulkWriteError({ message: "late", code: 64 }, resultOf(LATE));
    expect(duplicatesOf(error)).toBeUndefined();
    expect(toCrmError(error)).toMatchObject({ code: "unavailable" });
  });
});

describe("an error of a bulk write that has write errors", () => {
  it("names the places of duplicates, where there is nothing else", () => {
    const error = bulkError([DUPLICATE, 2], [DUPLICATE, 5]);
    expect(duplicatesOf(error)).toEqual([2, 5]);
    expect(toCrmError(error)).toMatchObject({ code: "conflict" });
  });

  it.each([
    ["a write that is refused", 121, "invalid"],
    ["any other error", 96, "unavailable"],
  ] as const)("names none beside %s", (_what, other, code) => {
    const error = bulkError([DUPLICATE, 2], [other, 3]);
    expect(duplicatesOf(error)).toBeUndefined();
    expect(isDuplicateKey(error)).toBe(false);
    expect(toCrmError(error)).toMatchObject({ code });
  });

  it("names none where a majority was too slow besides", () => {
    const error = new MongoBulkWriteError(faults([DUPLICATE, 1]), resultOf(LATE));
    expect(duplicatesOf(error)).toBeUndefined();
    expect(toCrmError(error)).toMatchObject({ code: "unavailable" });
  });
});

it("an error of the socket, which the driver hands on as it is, is no refusal", () => {
  expect(toCrmError(ofSocket("EPIPE"))).toMatchObject({ code: "unavailable" });
});

it("errors that are not of the driver stay as they are", () => {
  const error = new TypeError("ours");
  expect(toCrmError(error)).toBe(error);
});

function ofSocket(code: string): Error {
  return Object.assign(new Error(`write ${code}`), { code });
}

function serverError(code: number): MongoServerError {
  return new MongoServerError({ message: "no", errmsg: "no", code });
}

function bulkError(...given: readonly (readonly [code: number, index: number])[]): MongoBulkWriteError {
  return new MongoBulkWriteError(faults(...given), resultOf());
}

function faults(...given: readonly (readonly [code: number, index: number])[]) {
  const writeErrors = given.map(([code, index]) => ({ code, index, errmsg: "no" }) as WriteError);
  return { message: "no", code: given[0]?.[0] ?? 0, writeErrors };
}

function resultOf(late?: WriteConcernError): BulkWriteResult {
  return { getWriteConcernError: () => late } as BulkWriteResult;
}
