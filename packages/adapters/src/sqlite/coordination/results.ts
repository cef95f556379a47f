import type { Scope } from "../schema/scope.js";

export function noteResults(
  { db, tables }: Scope,
  name: string,
  { era, failed }: { readonly era: number; readonly failed: readonly boolean[] },
  keep: number,
): { readonly kept: number; readonly failed: number } {
  const row = db.get(`SELECT era, latest FROM ${tables.results} WHERE name = ?`, name);
  const known = row ? Number(row.era) : era;
  const before = row && known >= era ? String(row.latest) : "";
  const all = known > era ? before : before + failed.map((one) => (one ? "f" : ".")).join("");
  const latest = all.slice(Math.max(0, all.length - keep));
  db.run(`INSERT OR REPLACE INTO ${tables.results} (name, era, latest) VALUES (?, ?, ?)`, name, Math.max(era, known), latest);
  return { kept: latest.length, failed: latest.replaceAll(".", "").length };
}
