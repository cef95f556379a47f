import type { Synchronous } from "../database/connection.js";
import type { WireError } from "../database/errors.js";
import type { ExitGuard } from "./exit-guard.js";

/** A file's writer and reader, or a spool on a private temporary file. */
export type ThreadRole =
  | { readonly role: "writer" | "reader"; readonly file: string; readonly synchronous: Synchronous }
  | { readonly role: "spool" };
export type ThreadData = ThreadRole & { readonly guard: ExitGuard };

/**
 * `write` runs in a transaction and is answered when that is durable. `read` and `peek` run outside of any; `peek` runs on the
 * writer's thread, so that no long read delays it.
 */
export interface Request {
  readonly id: number;
  readonly kind: "read" | "write" | "peek";
  readonly namespace: string;
  readonly name: string;
  readonly args: readonly unknown[];
  /** Shared with the caller, who interrupts a read by setting it to 1. */
  readonly stop?: Int32Array;
}

export type Response =
  | { readonly id: number; readonly ok: true; readonly value: unknown }
  | { readonly id: number; readonly ok: false; readonly error: WireError };

export type ToThread = { readonly requests: readonly Request[] } | { readonly close: true };
/** `refused`: the thread could not open its file and ends. */
export type FromThread = { readonly responses: readonly Response[] } | { readonly refused: WireError };
