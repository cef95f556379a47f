import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatInstant, isTimeZone, parseInstant, readTimeText, wallClockAt } from "./instant.js";

function read(text: string, timeZone = "UTC"): string | undefined {
  const instant = parseInstant(text, timeZone);
  return instant === undefined ? undefined : formatInstant(instant);
}

describe("parseInstant", () => {
  it.each([
    ["2026-03-29T12:00:00Z", "2026-03-29T12:00:00.000Z"],
    ["2026-03-29t12:00z", "2026-03-29T12:00:00.000Z"],
    ["2026-03-29 12:00:00.5+02:00", "2026-03-29T10:00:00.500Z"],
    ["2026-03-29 12:00 +0530", "2026-03-29T06:30:00.000Z"],
    ["2026-03-29T12:00:00 Z", "2026-03-29T12:00:00.000Z"],
    ["2026-03-29T12:00:00,123456789-05", "2026-03-29T17:00:00.123Z"],
    ["1969-12-31T23:59:59.9999Z", "1969-12-31T23:59:59.999Z"],
    ["0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000Z"],
    ["9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999Z"],
    [" 2026-03-29 ", "2026-03-29T00:00:00.000Z"],
  ])("reads %j", (text, instant) => {
    expect(read(text)).toBe(instant);
  });

  it.each([
    "2026-02-30",
    "2026-13-01",
    "2026-03-29T25:00Z",
    "2026-03-29T12:60Z",
    "29/03/2026",
    "2026-3-9",
    "2026",
    "now",
    "",
    "2026-03-29T12Z",
    "1711706400",
    "0000-12-31T00:00:00Z",
    "10000-01-01T00:00:00Z",
    "2026-03-29T12:00:00+25:00",
    "2026-03-29T12:00:00Z[Europe/London]",
    "2".repeat(50),
  ])("refuses %j", (text) => {
    expect(parseInstant(text, "UTC")).toBeUndefined();
  });

  it.each([
    ["a gap forward", "2026-03-29T01:30", "Europe/London", "2026-03-29T01:30:00.000Z"],
    ["the hour before it", "2026-03-29T00:59", "Europe/London", "2026-03-29T00:59:00.000Z"],
    ["an overlap as its first", "2026-10-25T01:30", "Europe/London", "2026-10-25T00:30:00.000Z"],
    ["an overlap in the west", "2026-11-01T01:30", "America/New_York", "2026-11-01T05:30:00.000Z"],
    ["a midnight that does not exist", "2018-11-04", "America/Sao_Paulo", "2018-11-04T03:00:00.000Z"],
    ["a day that was left out", "2011-12-30T12:00", "Pacific/Apia", "2011-12-30T22:00:00.000Z"],
    ["a half-hour zone", "2026-01-01T00:00", "Asia/Kolkata", "2025-12-31T18:30:00.000Z"],
  ])("moves %s", (_what, text, zone, instant) => {
    expect(read(text, zone)).toBe(instant);
  });

  it("ignores the zone where the text has an offset", () => {
    expect(read("2026-07-01T12:00:00+01:00", "America/New_York")).toBe("2026-07-01T11:00:00.000Z");
  });

  it("reads back what it writes", () => {
    const bounds = { min: Date.parse("0001-01-01T00:00:00Z"), max: Date.UTC(9999, 11, 31) };
    fc.assert(
      fc.property(fc.integer(bounds), (instant) => {
        expect(parseInstant(formatInstant(instant), "Asia/Tokyo")).toBe(instant);
      }),
    );
  });
});

describe("the wall clock", () => {
  it("is text that sorts as time does", () => {
    expect(wallClockAt(Date.UTC(2026, 6, 1, 23, 30, 0, 7), "Europe/London")).toBe("2026-07-02T00:30:00.007");
    expect(readTimeText("2026-07-02")?.wallClock).toBe("2026-07-02T00:00:00.000");
    expect(readTimeText("2026-07-02 00:30")?.wallClock).toBe("2026-07-02T00:30:00.000");
  });

  it("leads back to the instant, or to the earlier one that shows the same", () => {
    const zone = fc.constantFrom("UTC", "Europe/London", "America/St_Johns", "Australia/Lord_Howe", "Pacific/Apia");
    fc.assert(
      fc.property(fc.integer({ min: Date.UTC(1975, 0), max: Date.UTC(2037, 0) }), zone, (instant, timeZone) => {
        const wallClock = wallClockAt(instant, timeZone);
        const back = parseInstant(wallClock, timeZone) ?? Number.NaN;
        expect(wallClockAt(back, timeZone)).toBe(wallClock);
        expect(back).toBeLessThanOrEqual(instant);
      }),
    );
  });
});

it.each([
  ["Europe/London", true],
  ["UTC", true],
  ["America/Argentina/Buenos_Aires", true],
  ["Mars/Olympus", false],
  ["+02:00", false],
  ["", false],
  ["Z", false],
])("isTimeZone(%j) is %s", (name, expected) => {
  expect(isTimeZone(name)).toBe(expected);
});
