import { writeFileSync } from "node:fs";
import type { Finding } from "./verdict.js";
import { PAIRING_LABELS, type Pairing } from "./world/pairings.js";

export interface Result extends Finding {
  readonly name: string;
  readonly pairing: Pairing;
  readonly holds: boolean;
  readonly tookMs: number;
}

export interface NotRun {
  readonly name: string;
  readonly pairing: Pairing;
  readonly reason: string;
}

export interface Report {
  readonly seed: number;
  readonly scale: number;
  /** By pairing: what its store and its queue call themselves. */
  readonly servers: Readonly<Record<string, string>>;
  readonly commit: string;
  readonly node: string;
  readonly startedAt: string;
  readonly results: readonly Result[];
  readonly notRun: readonly NotRun[];
}

/** Something was run, and all of it holds. */
export function reportHolds({ results }: Report): boolean {
  return results.length > 0 && results.every((result) => result.holds);
}

export function writeReport(file: string, report: Report): void {
  writeFileSync(file, `${JSON.stringify(report, undefined, 2)}\n`);
}

/** A table for people, and below it what missed and what was not run. */
export function formatReport({ results, notRun, servers, seed, scale, commit }: Report): string {
  const rows = results.map(({ name, pairing, holds, tookMs, figures }) => [
    name,
    pairing,
    holds ? "holds" : "MISSES",
    `${(tookMs / 1_000).toFixed(1)} s`,
    Object.entries(figures)
      .map(([figure, value]) => `${figure} ${typeof value === "number" ? value.toLocaleString("en") : value}`)
      .join(", "),
  ]);
  return [
    "",
    ...aligned([["experiment", "on", "", "took", "figures"], ...rows]),
    "",
    ...results.flatMap(({ name, pairing, misses }) => misses.map((miss) => `MISSED ${name} on ${pairing}: ${miss}`)),
    ...notRun.map(({ name, pairing, reason }) => `not run: ${name} on ${pairing}: ${reason}`),
    ...Object.entries(servers).map(([pairing, versions]) => `${PAIRING_LABELS[pairing as Pairing]}: ${versions}`),
    `seed ${seed}, scale ${scale}, commit ${commit}`,
    `${results.filter((result) => result.holds).length} hold, ${results.filter((result) => !result.holds).length} miss, ${notRun.length} not run`,
  ].join("\n");
}

/** All but the last column are as wide as their widest cell. */
function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows.map((row) =>
    row
      .map((cell, column) => (column < row.length - 1 ? cell.padEnd(widths[column] ?? 0) : cell))
      .join("  ")
      .trimEnd(),
  );
}
