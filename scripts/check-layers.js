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

/** The console is built by other rules of how a name leads to a file. */
const CONSOLE = "examples/console/src";
const cruiser = join(root, "node_modules/dependency-cruiser/bin/dependency-cruise.mjs");

/** @param {readonly string[]} options @returns {import("dependency-cruiser").ICruiseResult} */
function cruise(options) {
  const run = spawnSync(process.execPath, [cruiser, "--config", ".dependency-cruiser.cjs", "--output-type", "json", ...options], {
    cwd: root,
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  if (run.stdout.startsWith("{")) return JSON.parse(run.stdout);
  console.error(run.stderr || run.stdout);
  process.exit(1);
}

/** @param {string} folder @returns {{ folder: string, files: number }[]} This folder and those below it. */
function sizesOf(folder) {
  const entries = readdirSync(join(root, folder), { withFileTypes: true });
  const files = entries.filter(({ name }) => /\.tsx?$/.test(name) && !/\.(test|fixture)\.tsx?$/.test(name)).length;
  return [
    { folder, files },
    ...entries.filter((entry) => entry.isDirectory()).flatMap(({ name }) => sizesOf(`${folder}/${name}`)),
  ];
}

const results = [cruise(folders.filter((folder) => folder !== CONSOLE))];
// Without its packages nothing of it leads anywhere: whoever has not built it can't check it.
const checksConsole = existsSync(join(root, "examples/console/node_modules"));
if (checksConsole) results.push(cruise(["--ts-config", join(root, "examples/console/tsconfig.layers.json"), CONSOLE]));
else folders.splice(folders.indexOf(CONSOLE), 1);
const modules = results.flatMap((result) => result.modules);
const violations = results.flatMap(({ summary }) => summary.violations);
const imports = results.reduce((sum, { summary }) => sum + (summary.totalDependenciesCruised ?? 0), 0);
const unread = folders.filter((folder) => !modules.some((module) => module.source.startsWith(`${folder}/`)));
for (const folder of unread) console.error(`${folder}: no module was read`);
for (const { rule, from, to, cycle } of violations) {
  console.error(`${rule.name}: ${[from, ...(cycle?.map((step) => step.name) ?? [to])].join(" → ")}`);
}
const halls = folders.flatMap(sizesOf).filter(({ files }) => files > MAX_FILES);
for (const { folder, files } of halls)
  console.error(`${folder}: ${files} source files, and no folder holds more than ${MAX_FILES}`);
console.log(
  `layers: ${modules.length} modules, ${imports} imports, ${violations.length} violations${checksConsole ? "" : " (the console is not installed, and was not read)"}`,
);
process.exitCode = unread.length > 0 || halls.length > 0 || folders.length === 0 || violations.length > 0 ? 1 : 0;
