import { describe, expect, it } from "vitest";
import { periodOf, periodsOf, piecesOf, zoneDays } from "./calendar.js";

describe("days", () => {
  it.each([
    ["UTC", "2026-03-29T00:30:00Z", "2026-03-29"],
    ["Europe/Berlin", "2026-03-28T23:00:00Z", "2026-03-29"],
    ["America/St_Johns", "2026-03-29T02:29:59.999Z", "2026-03-28"],
    ["America/St_Johns", "2026-03-29T02:30:00Z", "2026-03-29"],
    ["Asia/Kathmandu", "1969-12-31T18:29:59Z", "1969-12-31"],
  ])("in %s %s is on %s", (zone, instant, day) => {
    const { dayOf, startOf } = zoneDays(zone);
    const at = Date.parse(instant);
    expect(dayOf(at)).toBe(day);
    expect(startOf(day)).toBeLessThanOrEqual(at);
    expect(dayOf(startOf(day))).toBe(day);
    expect(dayOf(startOf(day) - 1)).not.toBe(day);
  });
});

describe("periods", () => {
  it("begin on a Monday, on the first of a month, or on their day", () => {
    expect(["day", "week", "month"].map((unit) => periodOf(unit as "day", "2026-11-01"))).toEqual([
      { unit: "day", from: "2026-11-01", to: "2026-11-02" },
      { unit: "week", from: "2026-10-26", to: "2026-11-02" },
      { unit: "month", from: "2026-11-01", to: "2026-12-01" },
    ]);
  });

  it("cover days whole, each day once, in as few pieces as months, weeks and days allow", () => {
    for (const [from, to, count] of [
      ["2026-01-01", "2026-12-31", 11 + 3 + 6 + 3],
      ["2026-01-05", "2026-01-12", 1],
      ["2026-01-06", "2026-01-12", 6],
      ["2026-02-01", "2026-03-01", 1],
      ["2026-01-31", "2026-03-02", 1 + 1 + 1],
    ] as const) {
      const pieces = piecesOf(from, to);
      expect(pieces.flatMap((piece) => periodsOf("day", piece.from, piece.to))).toEqual(periodsOf("day", from, to));
      expect([from, to, pieces.length]).toEqual([from, to, count]);
    }
  });
});
