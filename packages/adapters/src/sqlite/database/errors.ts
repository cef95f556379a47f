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

const BUSY = 5;
const LOCKED = 6;

interface SqliteError extends Error {
  readonly errcode: number;
}

function isSqliteError(error: unknown): error is SqliteError {
  return error instanceof Error && typeof (error as { readonly errcode?: unknown }).errcode === "number";
}

function isCrmError(error: Error): error is CrmError {
  return error.name === "CrmError";
}

/** Another connection holds a lock: trying again helps. */
export function isBusy(error: unknown): boolean {
  return isSqliteError(error) && [BUSY, LOCKED].includes(error.errcode & 0xff);
}

export function toWire(error: unknown): WireError {
  if (!(error instanceof Error)) return { message: String(error) };
  const cause = error.cause instanceof Error ? { cause: causeOf(error.cause) } : {};
  if (isCrmError(error)) return { code: error.code, message: error.message, details: error.details, ...cause };
  if (error instanceof FileError) return { code: "unavailable", message: error.message, ...cause };
  if (!isSqliteError(error)) return { message: error.message };
  return { code: "unavailable", message: `SQLite could not do it: ${error.message}`, cause: causeOf(error) };
}

function causeOf(error: Error): NonNullable<WireError["cause"]> {
  return { message: error.message, ...(isSqliteError(error) ? { errcode: error.errcode } : {}) };
}
