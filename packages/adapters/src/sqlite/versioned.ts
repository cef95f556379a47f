import { CrmError, pageOf, readCursor, type Versioned, type VersionedRecord } from "@crm-engine/core/ports";
import type { Row, SqlValue } from "./database/driver.js";
import { parseJson } from "./schema/columns.js";
import type { OperationsOf } from "./schema/operations.js";
import type { Tables } from "./schema/scope.js";

export interface VersionedTable<T> {
  readonly newestFirst?: boolean;
  /** Columns besides `id`, `version` and `document`, which others are found by. */
  readonly columns?: Readonly<Record<string, (record: T) => SqlValue>>;
}

/** Any noun's versioned records, each one row with the record as JSON. */
export function versioned<T extends VersionedRecord>(
  table: keyof Tables,
  { newestFirst = false, columns = {} }: VersionedTable<T> = {},
) {
  const names = ["version", ...Object.keys(columns), "document"];
  const valuesOf = (record: T): readonly SqlValue[] => [
    record.version,
    ...Object.values(columns).map((read) => read(record)),
    JSON.stringify(record),
  ];
  const recordOf = ({ document }: Row): T => parseJson<T>(document);
  const [beyond, order] = newestFirst ? ["<", "DESC"] : [">", "ASC"];
  return {
    reads: {
      get: ({ db, tables }, id) => {
        const row = db.get(`SELECT document FROM ${tables[table]} WHERE id = ?`, id);
        return row && recordOf(row);
      },
      list: ({ db, tables }, page) => {
        const after = readCursor(page.cursor, ["string"]) ?? [];
        const rows = db.all(
          `SELECT id, document FROM ${tables[table]} ${after.length > 0 ? `WHERE id ${beyond} ?` : ""} ORDER BY id ${order} LIMIT ?`,
          ...after,
          page.limit + 1,
        );
        return pageOf(rows, page, ({ id }) => [String(id)], recordOf);
      },
    },
    writes: {
      insert: ({ db, tables }, record) => {
        const sql = `INSERT INTO ${tables[table]} (${names.join(", ")}, id) VALUES (${names.map(() => "?").join(", ")}, ?) ON CONFLICT DO NOTHING`;
        if (db.run(sql, ...valuesOf(record), record.id) === 0)
          throw new CrmError("conflict", `The id ${JSON.stringify(record.id)} is taken.`);
      },
      replace: ({ db, tables }, record, expectedVersion) => {
        const sql = `UPDATE ${tables[table]} SET ${names.map((name) => `${name} = ?`).join(", ")} WHERE id = ? AND version = ?`;
        return db.run(sql, ...valuesOf(record), record.id, expectedVersion) === 1;
      },
      delete: ({ db, tables }, id, expectedVersion) =>
        db.run(`DELETE FROM ${tables[table]} WHERE id = ? AND version = ?`, id, expectedVersion) === 1,
    },
  } satisfies OperationsOf<Versioned<T>>;
}
