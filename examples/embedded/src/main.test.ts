import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, expect, it } from "vitest";
import { servedEngine } from "./served-engine.fixture.js";

const folder = mkdtempSync(join(tmpdir(), "crm-embedded-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function run(program: string, argument: string, env: Readonly<Record<string, string>> = {}): Promise<string> {
  const main = fileURLToPath(new URL(`../dist/${program}`, import.meta.url));
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [main, argument], { env: { ...process.env, ...env } });
  expect(stderr).toBe("");
  return stdout;
}

function expectWholeJob(stdout: string): void {
  expect(stdout).toContain("100 customers; rejected: row 101, an id, email or phone is required");
  expect(stdout).toContain("In the segment: 40");
  expect(stdout).toMatch(/Why c50 is not: .*"matches":false/);
  const [, status, total, delivered, failed] =
    /Campaign: (\w+) { total: (\d+), delivered: (\d+), failed: (\d+) }/.exec(stdout) ?? [];
  expect({ status, total, settled: Number(delivered) + Number(failed) }).toEqual({
    status: "completed",
    total: "40",
    settled: 40,
  });
}

it("does the whole job in one process, with no service, and ends by itself", { timeout: 30_000 }, async () => {
  expectWholeJob(await run("main.js", join(folder, "crm.db")));
});

it("does the whole job on a server, and ends by itself", { timeout: 30_000 }, async () => {
  const { url, apiKey } = await servedEngine();
  expectWholeJob(await run("remote.js", url, { API_KEY: apiKey }));
});
