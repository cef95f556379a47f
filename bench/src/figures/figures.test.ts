import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { openSqlite } from "../estimates/on-sqlite.js";
import { smallBench } from "../small-bench.fixture.js";
import { compare } from "./figures.js";

const folder = await mkdtemp(join(tmpdir(), "crm-bench-test-"));
afterAll(() => rm(folder, { recursive: true }));

it("asks for the figures of many orders and of a tenth of them, which are those of the orders", { timeout: 60_000 }, async () => {
  const { bench, results } = smallBench(folder);
  const sizes = { customers: 2_000, few: 200 };
  await compare("sqlite", { many: await openSqlite(bench, 2_000), few: await openSqlite(bench, 200) }, sizes, bench);
  expect(results.map(({ name }) => name)).toEqual([
    "figures/sqlite/dashboard",
    "figures/sqlite/analytics of a year by day",
    "figures/sqlite/analytics of a year by month",
    "figures/sqlite/report of a campaign",
  ]);
  expect(results.every(({ answer, ratio }) => answer > 0 && ratio > 0)).toBe(true);
  expect(results.at(-1)?.answer).toBe(2_000);
});
