import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";

/** A folder with more source files than these (tests and fixtures not counted) is a hall: give its nouns rooms. */
const MAX_FILES = 20;

/**
 * Runs dependency-cruiser over the source of everything here, with the rules of .dependency-cruiser.cjs. A folder of which it read
 * nothing is a failure: a tool that can't read TypeScript finds no violations. So is a folder of too many files.
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

/** @param {string} folder @returns {{ folder: string, files: number }[]} This folder and those below it. */
function sizesOf(folder) {
  const entries = readdirSync(join(root, folder), { withFileTypes: true });
  const files = entries.filter(({ name }) => name.endsWith(".ts") && !/\.(test|fixture)\.ts$/.test(name)).length;
  return [
    { folder, files },
    ...entries.filter((entry) => entry.isDirectory()).flatMap(({ name }) => sizesOf(`${folder}/${name}`)),
  ];
}

/** @type {import("dependency-cruiser").ICruiseResult} */
const { modules, summary } = JSON.parse(run.stdout);
const unread = folders.filter((folder) => !modules.some((module) => module.source.startsWith(`${folder}/`)));
for (const folder of unread) console.error(`${folder}: no module was read`);
for (const { rule, from, to, cycle } of summary.violations) {
  console.error(`${rule.name}: ${[from, ...(cycle?.map((step) => step.name) ?? [to])].join(" → ")}`);
}
const halls = folders.flatMap(sizesOf).filter(({ files }) => files > MAX_FILES);
for (const { folder, files } of halls)
  console.error(`${folder}: ${files} source files, and no folder holds more than ${MAX_FILES}`);
console.log(
  `layers: ${summary.totalCruised} modules, ${summary.totalDependenciesCruised} imports, ${summary.violations.length} violations`,
);
process.exitCode = unread.length > 0 || halls.length > 0 || folders.length === 0 || summary.violations.length > 0 ? 1 : 0;
