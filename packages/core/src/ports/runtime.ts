import type { Instant } from "../model/instant.js";

/** A clock that is at hand. */
export type Clock = () => Instant;
/** A new id that sorts by time (UUIDv7). */
export type NewId = () => string;
/** Where a process tells its operator things; pino fits. Never given secrets, addresses or message content. */
export interface Logger {
  /** Each call of a store, a queue or a vendor. */
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** Tells nobody. */
export const SILENT_LOGGER: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

/** What a server calls itself, and how far `202` may be believed; `warnings` are for the operator, one sentence each. */
export interface ServiceInfo {
  readonly name: string;
  readonly version: string;
  readonly durable: boolean;
  readonly warnings: readonly string[];
  /** Why it takes no writes now, though it answers, in one sentence; absent while it takes them. */
  readonly refusesWrites?: string;
}
