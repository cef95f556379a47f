import type { Settings } from "@crm-engine/core/ports";
import type { OperationsOf } from "../schema/operations.js";
import type { Scope } from "../schema/scope.js";

export const settings = { writes: { keep } } satisfies OperationsOf<Settings>;

function keep({ db, tables }: Scope, name: string, value: string): string {
  db.run(`INSERT INTO ${tables.settings} (name, value) VALUES (?, ?) ON CONFLICT DO NOTHING`, name, value);
  return String(db.get(`SELECT value FROM ${tables.settings} WHERE name = ?`, name)?.value);
}
