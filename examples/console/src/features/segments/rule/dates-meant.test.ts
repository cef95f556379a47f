import { describe, expect, it } from "vitest";
import { datesMeant, shifted } from "./dates-meant.js";

const NOW = Date.parse("2026-11-27T23:30:00Z");

describe("what a relative date means today", () => {
  it.each([
    ["inLast", { days: 90 }, "since 29 Aug 2026"],
    ["olderThan", { months: 9 }, "before 27 Feb 2026"],
    ["inNext", { weeks: 1 }, "until 4 Dec 2026"],
    ["isDay", { in: { days: 30 } }, "today that is 27 Dec 2026"],
    ["isDay", { ago: { months: 1 } }, "today that is 27 Oct 2026"],
    ["anniversaryWithin", { days: 7 }, "27 Nov to 4 Dec, of any year"],
    ["thisWeek", undefined, "23 Nov 2026 to 29 Nov 2026"],
    ["lastMonth", undefined, "October 2026"],
    ["lastYear", undefined, "2025"],
    ["on", "2026-01-01", undefined],
    ["inLast", { days: null }, undefined],
  ])("%s %j", (op, value, meant) => {
    expect(datesMeant(op, value, NOW, "UTC")).toBe(meant);
  });

  it("is told by the segment's zone", () => {
    expect(datesMeant("today", undefined, NOW, "UTC")).toBe("27 Nov 2026");
    expect(datesMeant("today", undefined, NOW, "Europe/Berlin")).toBe("28 Nov 2026");
  });

  it("ends a month on its last day", () => {
    expect(shifted("2026-03-31", "months", -1)).toBe("2026-02-28");
    expect(shifted("2024-02-29", "years", 1)).toBe("2025-02-28");
    expect(shifted("2026-01-31", "months", -2)).toBe("2025-11-30");
  });
});
