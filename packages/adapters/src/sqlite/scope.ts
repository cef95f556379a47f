import { CrmError, type Instant } from "@crm-engine/core";
import type { Connection } from "./connection.js";

const NAMESPACE = /^[a-z][a-z0-9_]{0,30}$/i;
const NAMES = [
  "schema",
  "customers",
  "attributes",
  "orders",
  "segments",
  "campaigns",
  "ledger",
  "addresses",
  "batches",
  "fates",
  "rejections",
  "leases",
  "rates",
  "answers",
  "messages",
  "dead_letters",
] as const;

/** Table names, which begin with the namespace; the only text that is ever put into SQL. */
export type Tables = Readonly<Record<(typeof NAMES)[number], string>>;

/** What an operation works on. Its clock is the store's. */
export interface Scope {
  readonly db: Connection;
  readonly tables: Tables;
  now(): Instant;
  /** The instant that is so far away, which need not be whole milliseconds. */
  after(delayMs: number): Instant;
}

export function checkNamespace(namespace: string): string {
  if (NAMESPACE.test(namespace)) return namespace;
  throw new CrmError(
    "invalid",
    `namespace ${JSON.stringify(namespace)}: begin with a letter, then at most 30 letters, digits or _`,
  );
}

export function scopeOf(db: Connection, namespace: string): Scope {
  const prefix = checkNamespace(namespace);
  const tables = Object.fromEntries(NAMES.map((name) => [name, `${prefix}_${name}`])) as Tables;
  return { db, tables, now: () => Date.now(), after: (delayMs) => Date.now() + Math.round(delayMs) };
}
