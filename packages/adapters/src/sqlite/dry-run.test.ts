import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sqliteSpool, sqliteStore } from "@crm-engine/adapters/sqlite";
import { afterAll, beforeAll, expect, it } from "vitest";
import { expectDryRunsToForetell } from "../../../../test/dry-runs.js";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "crm-dry-run-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it("a dry run foretells what an upload does, and writes nothing", { timeout: 120_000 }, async () => {
  let stores = 0;
  const openStore = async () => sqliteStore({ file: join(folder, `${++stores}.db`) });
  await expectDryRunsToForetell(openStore, { runs: 12, openSpool: sqliteSpool() });
  expect(stores).toBe(12);
});
