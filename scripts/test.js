import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

/**
 * `npm test`: builds, runs Vitest with the arguments given, and always ends with one plain line on stdout,
 * `N passed, N failed, N skipped`, after every skip and its reason, and the servers that were met. With CI=true only skips by a
 * declared trait (`ctx.skip("trait: …")`) are allowed.
 */
const root = resolve(import.meta.dirname, "..");
const folder = mkdtempSync(join(tmpdir(), "crm-tests-"));
const tallyFile = join(folder, "tally.json");

/** @param {string} bin @param {readonly string[]} args */
function run(bin, args) {
  const { status } = spawnSync(process.execPath, [join(root, "node_modules", bin), ...args], {
    cwd: root,
    stdio: "inherit",
    env: { ...process.env, TEST_TALLY: tallyFile },
  });
  return status ?? 1;
}

/** @returns {{ passed: number, failed: number, skips: { name: string, reason: string }[], servers: string[] }} */
function readTally() {
  try {
    return JSON.parse(readFileSync(tallyFile, "utf8"));
  } catch {
    return { passed: 0, failed: 0, skips: [], servers: [] };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

let status = run("typescript/bin/tsc", ["-b"]);
if (status === 0) {
  const reporters = ["--reporter=default", "--reporter=./scripts/tally-reporter.js"];
  status = run("vitest/vitest.mjs", ["run", ...reporters, ...process.argv.slice(2)]);
}
const { passed, failed, skips, servers } = readTally();
// A build, run or process that ended badly with no test to blame is a failure too.
const failures = Math.max(failed, status === 0 ? 0 : 1);
const refused = process.env.CI === "true" ? skips.filter((skip) => !skip.reason.startsWith("trait:")).length : 0;

console.log();
for (const skip of skips) console.log(`skipped: ${skip.name} (${skip.reason})`);
if (refused > 0) console.log(`With CI=true a skip is a failure: ${refused} of them have no declared trait as their reason.`);
if (servers.length > 0) console.log(`services: ${servers.join(", ")}`);
console.log(`${passed} passed, ${failures} failed, ${skips.length} skipped`);
process.exitCode = failures > 0 || refused > 0 ? 1 : 0;
