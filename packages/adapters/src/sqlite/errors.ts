import { CrmError, type ErrorCode } from "@crm-engine/core";

/** An error as it crosses from a database thread, where only plain data does. */
export interface WireError {
  readonly code?: ErrorCode;
  readonly message: string;
  readonly details?: CrmError["details"];
  readonly cause?: { readonly message: string; readonly errcode?: number };
}

const BUSY = 5;
const LOCKED = 6;

interface SqliteError extends Error {
  readonly errcode: number;
}

function isSqliteError(error: unknown): error is SqliteError {
  return error instanceof Error && typeof (error as { readonly errcode?: unknown }).errcode === "number";
}

/** Another connection holds a lock: trying again helps. */
export function isBusy(error: unknown): boolean {
  return isSqliteError(error) && [BUSY, LOCKED].includes(error.errcode & 0xff);
}

export function toWire(error: unknown): WireError {
  if (error instanceof CrmError) {
    const cause = error.cause instanceof Error ? causeOf(error.cause) : undefined;
    return { code: error.code, message: error.message, details: error.details, ...(cause ? { cause } : {}) };
  }
  if (!isSqliteError(error)) return { message: error instanceof Error ? error.message : String(error) };
  return { code: "unavailable", message: `SQLite could not do it: ${error.message}`, cause: causeOf(error) };
}

export function fromWire(wire: WireError): Error {
  if (wire.code === undefined) return new Error(wire.message);
  const { cause: data, details } = wire;
  const cause = data && Object.assign(new Error(data.message), data.errcode === undefined ? {} : { errcode: data.errcode });
  return new CrmError(wire.code, wire.message, { ...(cause ? { cause } : {}), ...(details ? { details } : {}) });
}

function causeOf(error: Error): NonNullable<WireError["cause"]> {
  return { message: error.message, ...(isSqliteError(error) ? { errcode: error.errcode } : {}) };
}
