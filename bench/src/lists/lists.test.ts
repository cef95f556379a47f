import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { openSqlite } from "../estimates/on-sqlite.js";
import { smallBench } from "../small-bench.fixture.js";
import { compareLists } from "./lists.js";

const folder = await mkdtemp(join(tmpdir(), "crm-bench-test-"));
afterAll(() => rm(folder, { recursive: true }));

/** What there is nobody of, and what few rows have none of. */
const MAY_BE_EMPTY = /nobody|none|cancelled orders of an item|in a month|unopened/;

it("asks for the first page of every list, filter and search, of many rows and of few", { timeout: 120_000 }, async () => {
  const { bench, results } = smallBench(folder);
  await compareLists("sqlite", (rows) => openSqlite(bench, rows, "lists"), { many: 5_000, few: 4_500 }, bench);
  expect(results.length).toBeGreaterThan(40);
  const empty = results.filter(({ answer }) => answer === 0).map(({ name }) => name.replace("lists/sqlite/", ""));
  expect(empty.filter((name) => !MAY_BE_EMPTY.test(name))).toEqual([]);
});
