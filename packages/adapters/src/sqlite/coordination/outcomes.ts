import type { Outcomes } from "@crm-engine/core/ports";
import type { OperationsOf } from "../schema/operations.js";
import type { Scope } from "../schema/scope.js";

export const outcomes = { writes: { record } } satisfies OperationsOf<Outcomes>;

function record(
  { db, tables }: Scope,
  name: string,
  { window, failed }: { readonly window: number; readonly failed: readonly boolean[] },
  keep: number,
): { readonly kept: number; readonly failed: number } {
  const row = db.get(`SELECT window, latest FROM ${tables.outcomes} WHERE name = ?`, name);
  const known = row ? Number(row.window) : window;
  const before = row && known >= window ? String(row.latest) : "";
  const all = known > window ? before : before + failed.map((one) => (one ? "f" : ".")).join("");
  const latest = all.slice(Math.max(0, all.length - keep));
  db.run(
    `INSERT OR REPLACE INTO ${tables.outcomes} (name, window, latest) VALUES (?, ?, ?)`,
    name,
    Math.max(window, known),
    latest,
  );
  return { kept: latest.length, failed: latest.replaceAll(".", "").length };
}
