import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";

/** Types of tests and scripts, and of the console with its tests where its packages are installed (`npm run build:console`). */
const root = resolve(import.meta.dirname, "..");
const projects = ["tsconfig.test.json"];
if (existsSync(join(root, "examples/console/node_modules"))) projects.push("examples/console/tsconfig.test.json");
else console.log("types: the console is not installed, and was not checked");

for (const project of projects) {
  const { status } = spawnSync(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "-p", project], {
    cwd: root,
    stdio: "inherit",
  });
  if (status !== 0) process.exitCode = 1;
}
