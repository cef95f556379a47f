import { ADDRESS_FIELDS, CHANNELS, MESSAGE_EVENTS, RECEIPT_STATUSES, statusesWith } from "@crm-engine/core/ports";
import { hashColumn, markColumns, sharesColumn, snakeCase } from "./columns.js";
import { createExceptionalIndex } from "./exceptional.js";
import type { Scope, Tables } from "./scope.js";

/** Later than any time. */
const NEVER = Number.MAX_SAFE_INTEGER;

/** Columns that follow from core's lists, with their definitions. */
const LISTED = {
  customers: new Map([
    ...ADDRESS_FIELDS.map(snakeCase).flatMap((name) => [[name, "TEXT"] as const, [`${name}_folded`, "TEXT"] as const]),
    ...ADDRESS_FIELDS.flatMap((field) => [[hashColumn(field), "TEXT"] as const, [sharesColumn(field), "INTEGER"] as const]),
    ...CHANNELS.flatMap((channel) => [
      [`consent_${channel}`, "TEXT"] as const,
      [markColumns(channel).refusal, "TEXT"] as const,
      [markColumns(channel).version, "INTEGER"] as const,
    ]),
  ]),
  communications: new Map([
    ...RECEIPT_STATUSES.map((status) => [`${status}_at`, "INTEGER"] as const),
    ["messaged_at", `INTEGER AS (${earliest(statusesWith("messaged").map((status) => `${status}_at`))})`],
  ]),
} as const satisfies { readonly [T in keyof Tables]?: ReadonlyMap<string, string> };

/** For `CREATE TABLE`. */
export function listedColumns(table: keyof typeof LISTED): string {
  return [...LISTED[table]].map(([name, definition]) => `${name} ${definition}`).join(", ");
}

/**
 * Adds the listed columns that a file lacks, since it was made when the lists were shorter, the indexes of what rules ask of
 * messages, and those that lists came to need: a receipt status or a channel more needs no layout of its own. Only a change to the statuses that count as `messaged`
 * does, since that column keeps the expression it was made with.
 */
export function addListed({ db, tables }: Pick<Scope, "db" | "tables">): void {
  for (const table of ["customers", "communications"] as const) {
    const there = new Set(db.all("SELECT name FROM pragma_table_xinfo(?)", tables[table]).map(({ name }) => name));
    for (const [name, definition] of LISTED[table]) {
      if (!there.has(name)) db.exec(`ALTER TABLE ${tables[table]} ADD COLUMN ${name} ${definition}`);
    }
  }
  const { communications, customers } = tables;
  for (const field of ADDRESS_FIELDS) {
    const column = hashColumn(field);
    db.exec(`CREATE INDEX IF NOT EXISTS ${customers}_${column} ON ${customers} (${column}) WHERE ${column} IS NOT NULL`);
  }
  for (const channel of CHANNELS) db.exec(createExceptionalIndex(customers, channel));
  db.exec(
    `CREATE INDEX IF NOT EXISTS ${communications}_reason ON ${communications} (campaign_id, status, reason, customer_id) WHERE reason IS NOT NULL`,
  );
  db.exec(
    `CREATE INDEX IF NOT EXISTS ${communications}_address ON ${communications} (campaign_id, address, customer_id) WHERE address IS NOT NULL`,
  );
  for (const event of MESSAGE_EVENTS) {
    db.exec(
      `CREATE INDEX IF NOT EXISTS ${communications}_${event} ON ${communications} (${event}_at, customer_id) WHERE ${event}_at IS NOT NULL`,
    );
  }
}

/** The least of the columns that are not null; null where all are. */
function earliest(columns: readonly string[]): string {
  return `nullif(min(${columns.map((column) => `ifnull(${column}, ${NEVER})`).join(", ")}), ${NEVER})`;
}
