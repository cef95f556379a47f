import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";

/**
 * Runs dependency-cruiser over the source of everything here, with the rules of .dependency-cruiser.cjs. A folder of which it read
 * nothing is a failure: a tool that can't read TypeScript finds no violations.
 */
const root = resolve(import.meta.dirname, "..");
const folders = ["packages", "examples"]
  .flatMap((parent) => readdirSync(join(root, parent)).map((name) => `${parent}/${name}/src`))
  .concat("bench/src", "prove/src", "servers/src")
  .filter((folder) => existsSync(join(root, folder)) && readdirSync(join(root, folder)).length > 0);

const cruiser = join(root, "node_modules/dependency-cruiser/bin/dependency-cruise.mjs");
const run = spawnSync(process.execPath, [cruiser, "--config", ".dependency-cruiser.cjs", "--output-type", "json", ...folders], {
  cwd: root,
  encoding: "utf8",
  maxBuffer: 1 << 28,
});
if (!run.stdout.startsWith("{")) {
  console.error(run.stderr || run.stdout);
  process.exit(1);
}

/** @type {import("dependency-cruiser").ICruiseResult} */
const { modules, summary } = JSON.parse(run.stdout);
const unread = folders.filter((folder) => !modules.some((module) => module.source.startsWith(`${folder}/`)));
for (const folder of unread) console.error(`${folder}: no module was read`);
for (const { rule, from, to, cycle } of summary.violations) {
  console.error(`${rule.name}: ${[from, ...(cycle?.map((step) => step.name) ?? [to])].join(" → ")}`);
}
console.log(
  `layers: ${summary.totalCruised} modules, ${summary.totalDependenciesCruised} imports, ${summary.violations.length} violations`,
);
process.exitCode = unread.length > 0 || folders.length === 0 || summary.violations.length > 0 ? 1 : 0;
