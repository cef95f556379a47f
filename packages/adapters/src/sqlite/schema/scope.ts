import type { Instant } from "@crm-engine/core/ports";
import type { Connection } from "../database/connection.js";

const NAMES = [
  "schema",
  "customers",
  "search_terms",
  "attributes",
  "suppressions",
  "erasures",
  "erased_addresses",
  "orders",
  "items",
  "products",
  "maps",
  "segments",
  "campaigns",
  "communications",
  "addresses",
  "batches",
  "parts",
  "rejections",
  "heartbeats",
  "figures",
  "figure_versions",
  "stale_marks",
  "settings",
  "leases",
  "rates",
  "lowered_rates",
  "outcomes",
  "idempotency",
  "messages",
  "dead_letters",
] as const;

/** Table names, which begin with the namespace; the only text that is ever put into SQL. */
export type Tables = Readonly<Record<(typeof NAMES)[number], string>>;

/** What an operation works with; the clock is the store's. */
export interface Scope {
  readonly db: Connection;
  readonly tables: Tables;
  now(): Instant;
  /** The instant after this delay, which need not be whole milliseconds. */
  after(delayMs: number): Instant;
}

/** `prefix` is a namespace that `createSession` has checked. */
export function scopeOf(db: Connection, prefix: string): Scope {
  const tables = Object.fromEntries(NAMES.map((name) => [name, `${prefix}_${name}`])) as Tables;
  return { db, tables, now: () => Date.now(), after: (delayMs) => Date.now() + Math.round(delayMs) };
}
