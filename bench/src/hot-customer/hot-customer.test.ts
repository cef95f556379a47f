import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { smallBench } from "../small-bench.fixture.js";
import { onSqlite } from "./hot-customer.js";

const folder = await mkdtemp(join(tmpdir(), "crm-bench-test-"));
afterAll(() => rm(folder, { recursive: true }));

it("stores as many orders for one customer as for many, and measures each quarter", { timeout: 60_000 }, async () => {
  const { bench, results } = smallBench(folder);
  await onSqlite(4_000, bench);
  expect(results.map(({ name, answer }) => [name, answer])).toEqual(
    [1, 2, 3, 4].map((quarter) => [`hot-customer/sqlite/quarter-${quarter}`, quarter * 1_000]),
  );
  for (const { ours, baseline, ratio } of results) expect([ours > 0, baseline > 0, ratio > 0]).toEqual([true, true, true]);
});
