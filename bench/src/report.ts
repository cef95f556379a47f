import { writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";

/** One thing of ours and its baseline, in the same run on the same data. */
export interface Measurement {
  readonly name: string;
  /** The median over paired rounds; more than 1 is better than the baseline. */
  readonly ratio: number;
  /** The least ratio that is good enough. */
  readonly target: number;
  /** The median, of `unit`. */
  readonly ours: number;
  readonly baseline: number;
  readonly unit: "ms" | "MiB";
  readonly oursP95: number;
  readonly baselineP95: number;
  /** What both answered. */
  readonly answer: number;
}

export interface Report {
  readonly machine: { readonly cpu: string; readonly cores: number; readonly memoryGiB: number; readonly node: string };
  readonly servers: Readonly<Record<string, string>>;
  readonly commit: string;
  readonly startedAt: string;
  readonly results: readonly Measurement[];
  readonly notRun: readonly { readonly name: string; readonly reason: string }[];
}

export function thisMachine(): Report["machine"] {
  const [first, ...others] = cpus();
  return {
    cpu: first?.model ?? "unknown",
    cores: 1 + others.length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    node: process.version,
  };
}

export function writeReport(file: string, report: Report): void {
  writeFileSync(file, `${JSON.stringify(report, undefined, 2)}\n`);
}

/** A table in Markdown, and below it what was not run. */
export function formatReport({ machine, servers, commit, results, notRun }: Report): string {
  const row = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [
    "",
    row(["", "answer", "ours p50", "p95", "by hand p50", "p95", "ratio", ""]),
    row(["---", "---:", "---:", "---:", "---:", "---:", "---:", "---"]),
    ...results.map(({ name, answer, ours, oursP95, baseline, baselineP95, unit, ratio, target }) =>
      row([
        name,
        answer.toLocaleString("en"),
        ...[ours, oursP95, baseline, baselineP95].map((value) => `${shown(value)} ${unit}`),
        ratio.toFixed(2),
        ratio >= target ? "" : `below ${target.toFixed(2)}`,
      ]),
    ),
    "",
    ...notRun.map(({ name, reason }) => `not run: ${name}: ${reason}`),
    ...Object.entries(servers).map(([label, product]) => `${label}: ${product}`),
    `${machine.cores} cores (${machine.cpu}), ${machine.memoryGiB} GiB, Node ${machine.node}, commit ${commit}`,
  ].join("\n");
}

function shown(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString("en") : value.toFixed(1);
}
