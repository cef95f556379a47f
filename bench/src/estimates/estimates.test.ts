import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { FEW_CUSTOMERS, smallBench } from "../small-bench.fixture.js";
import { besideByHand, besidePlain, onGround } from "./estimates.js";
import { openSqlite } from "./on-sqlite.js";

const folder = await mkdtemp(join(tmpdir(), "crm-bench-test-"));
afterAll(() => rm(folder, { recursive: true }));

it("counts by ten rules what the SQL written by hand counts", { timeout: 60_000 }, async () => {
  const { bench, results } = smallBench(folder);
  await onGround("sqlite", await openSqlite(bench, FEW_CUSTOMERS), { customers: FEW_CUSTOMERS, measure: besideByHand }, bench);
  expect(results).toHaveLength(10);
  for (const { name, answer, ours, baseline } of results) {
    expect([name, answer > 0 && answer < FEW_CUSTOMERS, ours > 0, baseline > 0]).toEqual([name, true, true, true]);
  }
  const again = await openSqlite(bench, FEW_CUSTOMERS);
  expect(again.loaded).toBe(true);
  await onGround("sqlite", again, { customers: FEW_CUSTOMERS, measure: besidePlain }, bench);
  expect(results.filter(({ name }) => name.startsWith("reachable/"))).toHaveLength(10);
});
