import { bareCustomer, type Condition, holds, readTimeText, type YearlyDays } from "@crm-engine/core/ports";
import fc from "fast-check";
import { expect, it } from "vitest";
import { loadDriver } from "../database/driver.js";
import type { Limits } from "./compile-target.js";
import { combine } from "./expressions.js";
import { anyRanges, anyTimeText } from "./time-ranges.fixture.js";
import { inRanges, inWallClockRanges, onDays } from "./time-ranges.js";

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

it("finds the wall clocks on the same days of every year, and never one that is missing", async () => {
  const yearly: YearlyDays = {
    runs: [
      { first: "01-01", last: "01-02" },
      { first: "02-28", last: "02-29" },
    ],
    before: "2027-01-01T00:00:00.000",
  };
  const on = ["0001-01-02", "1604-02-29", "1899-02-28T23:59:59.999", "2026-01-01"];
  const off = ["0001-01-03", "1604-03-01", "2026-02-27T23:59", "2027-01-01", "nothing"];
  const db = (await loadDriver()).open(":memory:");
  const { sql, values } = onDays({ sql: "?", values: [null] }, yearly);
  for (const [expected, texts] of [
    [1, on],
    [0, off],
  ] as const) {
    for (const text of texts) {
      const wallClock = readTimeText(text)?.wallClock ?? null;
      const bound = values.map((value) => (value === null ? wallClock : value));
      expect(db.prepare(`SELECT coalesce(${sql}, 0) AS holds`).all(...bound), text).toEqual([{ holds: expected }]);
    }
  }
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
