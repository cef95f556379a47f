import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { commitOf, createServers, orExit } from "@crm-engine/servers";
import type { Benchmark } from "./benchmark.js";
import { estimates, reachable } from "./estimates/estimates.js";
import { figures } from "./figures/figures.js";
import { hotCustomer } from "./hot-customer/hot-customer.js";
import { lists } from "./lists/lists.js";
import { parseOptions, USAGE } from "./options.js";
import { formatReport, type Report, thisMachine, writeReport } from "./report.js";
import { uploads } from "./uploads/uploads.js";

const BENCHMARKS: readonly Benchmark[] = [estimates, reachable, figures, lists, hotCustomer, uploads];
const say = (line: string): void => void process.stdout.write(`${line}\n`);

const { names, full, rounds, json, data } = orExit("bench", USAGE, (args) =>
  parseOptions(
    args,
    BENCHMARKS.map(({ name }) => name),
  ),
);
const servers = createServers(process.env);
const folder = data ?? mkdtempSync(join(tmpdir(), "crm-bench-"));
mkdirSync(folder, { recursive: true });
const products: Record<string, string> = {};
const results: Report["results"][number][] = [];
const notRun: Report["notRun"][number][] = [];
const about = { machine: thisMachine(), commit: commitOf(import.meta.dirname), startedAt: new Date().toISOString() };
const report = (): Report => ({ ...about, servers: { ...products }, results: [...results], notRun: [...notRun] });

try {
  for (const benchmark of BENCHMARKS.filter(({ name }) => names.length === 0 || names.includes(name))) {
    say(`${benchmark.name}: ${benchmark.compares}`);
    await benchmark.run({
      full,
      rounds,
      folder,
      keepsData: data !== undefined,
      mongo: () => servers.open("mongo"),
      redis: () => servers.open("redis"),
      server: (label, product) => {
        products[label] = product;
      },
      measured: (measurement) => {
        results.push(measurement);
        if (json !== undefined) writeReport(json, report());
      },
      notRun: (name, reason) => void notRun.push({ name, reason }),
      say: (line) => say(`  ${line}`),
    });
  }
  if (json !== undefined) writeReport(json, report());
  say(formatReport(report()));
  // Machines differ in noise, so a ratio below its target is told, and fails nothing.
} finally {
  await servers.stop();
  if (data === undefined) rmSync(folder, { recursive: true, force: true });
}
process.exit();
