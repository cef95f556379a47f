import { bareCustomer, type Condition, holds, readTimeText } from "@crm-engine/core/ports";
import fc from "fast-check";
import { expect, it } from "vitest";
import { loadDriver } from "../database/driver.js";
import type { Limits } from "./compile-target.js";
import { combine } from "./expressions.js";
import { anyRanges, anyTimeText } from "./time-ranges.fixture.js";
import { inRanges, inWallClockRanges } from "./time-ranges.js";

const TIMES = 150;
const RUNS = 300;
const LIMITS: readonly Limits[] = [
  { choices: 3, ranges: 300 },
  { choices: 3, ranges: 3 },
];

it("finds the times in any ranges, by binary search or from a list, and never one that is missing", async () => {
  const texts = ["nothing", ...fc.sample(anyTimeText, { numRuns: TIMES, seed: 7 })];
  const db = (await loadDriver()).open(":memory:");
  db.exec("CREATE TABLE times (num INTEGER PRIMARY KEY, instant INTEGER, wall_clock TEXT)");
  const insert = db.prepare("INSERT INTO times VALUES (?, ?, ?)");
  for (const [num, text] of texts.entries()) {
    const { instant = null, wallClock = null } = readTimeText(text) ?? {};
    insert.run(num, instant, wallClock);
  }
  const people = texts.map((born, num) => ({ ...bareCustomer(String(num), 0), num, attributes: { born } }));
  let divided = 0;
  const property = fc.property(anyRanges, (ranges) => {
    const condition: Condition = { kind: "within", field: { of: "attribute", name: "born" }, ranges };
    const expected = people.filter((person) => holds(condition, person)).map(({ num }) => num);
    if (expected.length > 0 && expected.length < TIMES) divided += 1;
    for (const limits of LIMITS) {
      const instants = inRanges({ sql: "instant", values: [] }, ranges, limits);
      const wallClocks = inWallClockRanges({ sql: "(wall_clock || ?)", values: [""] }, ranges, limits);
      const { sql, values } = combine([wallClocks, instants], "OR");
      const rows = db.prepare(`SELECT num FROM times WHERE ${sql} ORDER BY num`).all(...values) as { readonly num: number }[];
      expect(rows.map(({ num }) => num)).toEqual(expected);
    }
  });
  fc.assert(property, { numRuns: RUNS, seed: 5 });
  expect(divided).toBeGreaterThan(RUNS / 2);
  db.close();
});

it("needs one comparison more where there are twice as many ranges", () => {
  const ranges = Array.from({ length: 256 }, (_, index) => ({ from: index * 10, to: index * 10 + 5 }));
  const depths = [1, 2, 4, 256].map((count) => {
    const { sql } = inRanges({ sql: "x", values: [] }, ranges.slice(0, count), { choices: 3, ranges: 300 });
    return deepest(sql);
  });
  expect(depths).toEqual([0, 1, 2, 8]);
});

/** How deep the decisions are nested. */
function deepest(sql: string): number {
  let depth = 0;
  let most = 0;
  for (const [word] of sql.matchAll(/CASE|END/g)) {
    depth += word === "CASE" ? 1 : -1;
    most = Math.max(most, depth);
  }
  return most;
}
