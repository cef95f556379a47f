import type { CrmError, ErrorCode } from "@crm-engine/core/ports";

/** An error in the form in which it is passed between threads: plain data. */
export interface WireError {
  readonly code?: ErrorCode;
  readonly message: string;
  readonly details?: CrmError["details"];
  readonly cause?: { readonly message: string; readonly errcode?: number };
}

/** The file can't be used now; callers get `unavailable`. A class of its own, so that a spool's thread need not load core. */
export class FileError extends Error {
  override readonly name = "FileError";
}

const ERROR = 1;
const BUSY = 5;
const LOCKED = 6;
/** What is refused for what it is, again and again: TOOBIG, MISMATCH. */
const REFUSED: readonly number[] = [18, 20];
/** What SQLite calls them. */
const LOCKS: readonly (readonly [text: string, errcode: number])[] = [
  ["database is locked", BUSY],
  ["database table is locked", LOCKED],
  ["database schema is locked", LOCKED],
];

/** SQLite's own code for an error; undefined for one that is not SQLite's. The packaged driver leaves it out where `all` fails. */
function errcodeOf(error: Error): number | undefined {
  const { code, errcode } = error as { readonly code?: unknown; readonly errcode?: unknown };
  if (typeof errcode === "number") return errcode;
  if (code !== "ERR_SQLITE_ERROR") return undefined;
  return LOCKS.find(([text]) => error.message.startsWith(text))?.[1] ?? ERROR;
}

function isCrmError(error: Error): error is CrmError {
  return error.name === "CrmError";
}

/** Another connection holds a lock: trying again helps. */
export function isBusy(error: unknown): boolean {
  const errcode = error instanceof Error ? errcodeOf(error) : undefined;
  return errcode !== undefined && [BUSY, LOCKED].includes(errcode & 0xff);
}

export function toWire(error: unknown): WireError {
  if (!(error instanceof Error)) return { message: String(error) };
  const cause = error.cause instanceof Error ? { cause: causeOf(error.cause) } : {};
  if (isCrmError(error)) return { code: error.code, message: error.message, details: error.details, ...cause };
  if (error instanceof FileError) return { code: "unavailable", message: error.message, ...cause };
  const errcode = errcodeOf(error);
  if (errcode === undefined) return { message: error.message };
  if (REFUSED.includes(errcode & 0xff))
    return { code: "invalid", message: `SQLite refuses it: ${error.message}`, cause: causeOf(error) };
  return { code: "unavailable", message: `SQLite could not do it: ${error.message}`, cause: causeOf(error) };
}

function causeOf(error: Error): NonNullable<WireError["cause"]> {
  const errcode = errcodeOf(error);
  return { message: error.message, ...(errcode === undefined ? {} : { errcode }) };
}
