import { describe, expect, it } from "vitest";
import { formatInstant, parseInstant } from "../../model/instant.js";
import type { TimeRange } from "./condition.js";
import type { DayUnit } from "./duration.js";
import {
  anniversaryIn,
  type RuleClock,
  rangeAfter,
  rangeBefore,
  rangeBetween,
  rangeInLast,
  rangeInNext,
  rangeOfCalendar,
  rangeOfDay,
  rangeOlderThan,
  rangeOn,
} from "./resolve-dates.js";

function clockAt(wallClock: string, timeZone: string): RuleClock {
  const now = parseInstant(wallClock, timeZone);
  if (now === undefined) throw new RangeError(wallClock);
  return { now, timeZone };
}

const london = (wallClock: string): RuleClock => clockAt(wallClock, "Europe/London");
const saoPaulo = (wallClock: string): RuleClock => clockAt(wallClock, "America/Sao_Paulo");

function instantsOf({ from, to }: TimeRange): readonly (string | undefined)[] {
  return [from, to].map((end) => (end === undefined ? undefined : formatInstant(end)));
}

function wallClocksOf({ fromWallClock, toWallClock }: TimeRange): readonly (string | undefined)[] {
  return [fromWallClock, toWallClock];
}

function daysOf({ fromWallClock = "", toWallClock = "" }: TimeRange): readonly string[] {
  return [fromWallClock.slice(0, 10), toWallClock.slice(0, 10)];
}

describe("windows back and forth from now", () => {
  it("counts days by the calendar and hours by the clock when London's clocks go forward", () => {
    const clock = london("2026-03-29T12:00");
    expect(instantsOf(rangeInLast("days", 1, clock))).toEqual(["2026-03-28T12:00:00.000Z", "2026-03-29T11:00:00.000Z"]);
    expect(instantsOf(rangeInLast("hours", 24, clock))).toEqual(["2026-03-28T11:00:00.000Z", "2026-03-29T11:00:00.000Z"]);
    expect(wallClocksOf(rangeInLast("hours", 24, clock))).toEqual(["2026-03-28T11:00:00.000", "2026-03-29T12:00:00.000"]);
    expect(instantsOf(rangeInLast("minutes", 90, clock))).toEqual(["2026-03-29T09:30:00.000Z", "2026-03-29T11:00:00.000Z"]);
  });

  it("moves out of the hour that London skips, forward", () => {
    const range = rangeInLast("days", 1, london("2026-03-30T01:30"));
    expect(range.from).toBe(Date.parse("2026-03-29T01:30:00Z"));
    expect(range.fromWallClock).toBe("2026-03-29T02:30:00.000");
  });

  it("counts days by the calendar when São Paulo's clocks went back, and takes the first of two equal hours", () => {
    const clock = saoPaulo("2018-02-18T12:00");
    expect(instantsOf(rangeInLast("days", 1, clock))).toEqual(["2018-02-17T14:00:00.000Z", "2018-02-18T15:00:00.000Z"]);
    expect(instantsOf(rangeInLast("days", 1, saoPaulo("2018-02-18T23:30")))[0]).toBe("2018-02-18T01:30:00.000Z");
  });

  it("goes from the end of a month to the end of a shorter one", () => {
    expect(daysOf(rangeInLast("months", 1, london("2026-03-31T10:00")))).toEqual(["2026-02-28", "2026-03-31"]);
    expect(daysOf(rangeInLast("months", 1, london("2024-03-31T10:00")))).toEqual(["2024-02-29", "2024-03-31"]);
    expect(daysOf(rangeInNext("months", 1, london("2026-01-31T10:00")))).toEqual(["2026-01-31", "2026-02-28"]);
    expect(daysOf(rangeInLast("years", 1, london("2024-02-29T10:00")))).toEqual(["2023-02-28", "2024-02-29"]);
    expect(daysOf(rangeInLast("years", 4, london("2024-02-29T10:00")))).toEqual(["2020-02-29", "2024-02-29"]);
    expect(daysOf(rangeInLast("weeks", 2, london("2026-03-05T10:00")))).toEqual(["2026-02-19", "2026-03-05"]);
  });

  it("has an open start for olderThan, which ends where inLast begins", () => {
    const clock = london("2026-06-01T10:00");
    expect(rangeOlderThan("days", 30, clock)).toEqual({
      to: rangeInLast("days", 30, clock).from,
      toWallClock: "2026-05-02T10:00:00.000",
    });
  });

  it("keeps wall clocks in the form that sorts, however far it goes", () => {
    const far = rangeInNext("years", 500, { now: Date.UTC(9999, 0, 1), timeZone: "UTC" });
    expect(far.toWallClock).toBe("9999-12-31T24:00:00.000");
    expect((far.toWallClock ?? "") > "9999-12-31T23:59:59.999").toBe(true);
    expect(rangeOlderThan("years", 500, { now: Date.parse("0100-01-01T00:00:00Z"), timeZone: "UTC" }).toWallClock).toBe(
      "0000-01-01T00:00:00.000",
    );
    expect(rangeAfter({ kind: "instant", instant: Date.UTC(9999, 11, 31, 23, 59, 59, 999) }, saoPaulo("2026-01-01")).from).toBe(
      Date.UTC(10_000, 0, 1),
    );
  });
});

describe("one day from today", () => {
  it("is the same day whatever the time of day, and nothing else", () => {
    for (const time of ["00:00", "01:30", "12:00", "23:59:59.999"]) {
      const clock = london(`2026-11-27T${time}`);
      expect(instantsOf(rangeOfDay({ unit: "days", amount: 30 }, clock))).toEqual([
        "2026-12-27T00:00:00.000Z",
        "2026-12-28T00:00:00.000Z",
      ]);
      expect(wallClocksOf(rangeOfDay({ unit: "days", amount: 30 }, clock))).toEqual([
        "2026-12-27T00:00:00.000",
        "2026-12-28T00:00:00.000",
      ]);
    }
  });

  it("depends on the zone what day it is from", () => {
    const now = Date.parse("2026-11-27T01:00:00Z");
    expect(instantsOf(rangeOfDay({ unit: "days", amount: 30 }, { now, timeZone: "America/Sao_Paulo" }))).toEqual([
      "2026-12-26T03:00:00.000Z",
      "2026-12-27T03:00:00.000Z",
    ]);
    expect(daysOf(rangeOfDay({ unit: "days", amount: -1 }, { now, timeZone: "Asia/Tokyo" }))).toEqual([
      "2026-11-26",
      "2026-11-27",
    ]);
  });

  it("counts months and years by the calendar, to the end of a shorter month", () => {
    const dayOf = (unit: DayUnit, amount: number, clock: RuleClock) => daysOf(rangeOfDay({ unit, amount }, clock));
    expect(dayOf("months", 1, london("2026-01-31T10:00"))).toEqual(["2026-02-28", "2026-03-01"]);
    expect(dayOf("months", -1, london("2026-03-31T10:00"))).toEqual(["2026-02-28", "2026-03-01"]);
    expect(dayOf("months", -1, london("2024-03-31T10:00"))).toEqual(["2024-02-29", "2024-03-01"]);
    expect(dayOf("years", 1, london("2024-02-29T10:00"))).toEqual(["2025-02-28", "2025-03-01"]);
    expect(dayOf("years", -4, london("2024-02-29T10:00"))).toEqual(["2020-02-29", "2020-03-01"]);
    expect(dayOf("weeks", 1, london("2026-12-28T10:00"))).toEqual(["2027-01-04", "2027-01-05"]);
  });

  it("has 23 or 25 hours when the clocks change, and begins when São Paulo's day began without a midnight", () => {
    expect(instantsOf(rangeOfDay({ unit: "days", amount: 1 }, london("2026-03-28T12:00")))).toEqual([
      "2026-03-29T00:00:00.000Z",
      "2026-03-29T23:00:00.000Z",
    ]);
    expect(instantsOf(rangeOfDay({ unit: "days", amount: -1 }, london("2026-10-26T12:00")))).toEqual([
      "2026-10-24T23:00:00.000Z",
      "2026-10-26T00:00:00.000Z",
    ]);
    const noMidnight = rangeOfDay({ unit: "weeks", amount: 1 }, saoPaulo("2018-10-28T12:00"));
    expect(instantsOf(noMidnight)).toEqual(["2018-11-04T03:00:00.000Z", "2018-11-05T02:00:00.000Z"]);
    expect(wallClocksOf(noMidnight)).toEqual(["2018-11-04T00:00:00.000", "2018-11-05T00:00:00.000"]);
  });

  it("goes as far as lengths of time do, in the form that sorts", () => {
    const far = rangeOfDay({ unit: "years", amount: 500 }, { now: Date.UTC(9999, 0, 1), timeZone: "UTC" });
    expect([far.fromWallClock, far.toWallClock]).toEqual(["9999-12-31T24:00:00.000", "9999-12-31T24:00:00.000"]);
  });
});

describe("calendar windows", () => {
  it("has a day of 23 hours when London's clocks go forward, and of 25 when they go back", () => {
    expect(instantsOf(rangeOfCalendar("day", 0, london("2026-03-29T12:00")))).toEqual([
      "2026-03-29T00:00:00.000Z",
      "2026-03-29T23:00:00.000Z",
    ]);
    expect(instantsOf(rangeOfCalendar("day", -1, london("2026-10-26T00:00")))).toEqual([
      "2026-10-24T23:00:00.000Z",
      "2026-10-26T00:00:00.000Z",
    ]);
  });

  it("begins a day at one o'clock where São Paulo had no midnight; its wall clock begins at midnight all the same", () => {
    const today = rangeOfCalendar("day", 0, saoPaulo("2018-11-04T12:00"));
    expect(instantsOf(today)).toEqual(["2018-11-04T03:00:00.000Z", "2018-11-05T02:00:00.000Z"]);
    expect(wallClocksOf(today)).toEqual(["2018-11-04T00:00:00.000", "2018-11-05T00:00:00.000"]);
  });

  it("begins weeks on Monday", () => {
    expect(daysOf(rangeOfCalendar("week", 0, london("2026-03-29T12:00")))).toEqual(["2026-03-23", "2026-03-30"]);
    expect(daysOf(rangeOfCalendar("week", 0, london("2026-03-30T00:00")))).toEqual(["2026-03-30", "2026-04-06"]);
    expect(daysOf(rangeOfCalendar("week", -1, london("2026-01-01T12:00")))).toEqual(["2025-12-22", "2025-12-29"]);
  });

  it("has whole months and years", () => {
    expect(daysOf(rangeOfCalendar("month", 0, london("2024-02-29T12:00")))).toEqual(["2024-02-01", "2024-03-01"]);
    expect(daysOf(rangeOfCalendar("month", -1, london("2026-03-31T12:00")))).toEqual(["2026-02-01", "2026-03-01"]);
    expect(daysOf(rangeOfCalendar("month", -1, london("2026-01-31T12:00")))).toEqual(["2025-12-01", "2026-01-01"]);
    expect(daysOf(rangeOfCalendar("year", 0, london("2026-12-31T23:59")))).toEqual(["2026-01-01", "2027-01-01"]);
    expect(daysOf(rangeOfCalendar("year", -1, london("2024-02-29T12:00")))).toEqual(["2023-01-01", "2024-01-01"]);
  });

  it("depends on the zone what day it is", () => {
    const now = Date.parse("2026-06-30T23:30:00Z");
    expect(daysOf(rangeOfCalendar("month", 0, { now, timeZone: "Europe/London" }))).toEqual(["2026-07-01", "2026-08-01"]);
    expect(daysOf(rangeOfCalendar("month", 0, { now, timeZone: "America/Sao_Paulo" }))).toEqual(["2026-06-01", "2026-07-01"]);
  });
});

describe("windows of written times", () => {
  const clock = london("2026-01-01T00:00");
  const date = { kind: "date", date: "2026-06-30" } as const;
  const wallClock = { kind: "wallClock", wallClock: "2026-06-30T09:30:00.000" } as const;
  const instant = { kind: "instant", instant: Date.parse("2026-06-30T09:30:00Z") } as const;

  it("takes a date for its whole day, in the zone", () => {
    expect(instantsOf(rangeOn(date, clock))).toEqual(["2026-06-29T23:00:00.000Z", "2026-06-30T23:00:00.000Z"]);
    expect(wallClocksOf(rangeOn(date, clock))).toEqual(["2026-06-30T00:00:00.000", "2026-07-01T00:00:00.000"]);
    expect(instantsOf(rangeBefore(date, clock))).toEqual([undefined, "2026-06-29T23:00:00.000Z"]);
    expect(instantsOf(rangeAfter(date, clock))).toEqual(["2026-06-30T23:00:00.000Z", undefined]);
  });

  it("is strictly after and strictly before a time", () => {
    expect(instantsOf(rangeAfter(instant, clock))).toEqual(["2026-06-30T09:30:00.001Z", undefined]);
    expect(wallClocksOf(rangeAfter(instant, clock))).toEqual(["2026-06-30T10:30:00.001", undefined]);
    expect(instantsOf(rangeAfter(wallClock, clock))).toEqual(["2026-06-30T08:30:00.001Z", undefined]);
    expect(wallClocksOf(rangeAfter(wallClock, clock))).toEqual(["2026-06-30T09:30:00.001", undefined]);
    expect(instantsOf(rangeBefore(wallClock, clock))).toEqual([undefined, "2026-06-30T08:30:00.000Z"]);
  });

  it("ends a range with the last moment of a date, and just before a time", () => {
    const may = { kind: "date", date: "2026-05-01" } as const;
    expect(instantsOf(rangeBetween(may, date, clock))).toEqual(["2026-04-30T23:00:00.000Z", "2026-06-30T23:00:00.000Z"]);
    const nine = { kind: "wallClock", wallClock: "2026-06-30T09:00:00.000" } as const;
    expect(instantsOf(rangeBetween(may, nine, clock))).toEqual(["2026-04-30T23:00:00.000Z", "2026-06-30T08:00:00.000Z"]);
  });

  it("moves a time that London skips forward, and takes the first of two; the wall clock is as written", () => {
    const gap = rangeBefore({ kind: "wallClock", wallClock: "2026-03-29T01:30:00.000" }, clock);
    expect([instantsOf(gap)[1], gap.toWallClock]).toEqual(["2026-03-29T01:30:00.000Z", "2026-03-29T01:30:00.000"]);
    const overlap = rangeBefore({ kind: "wallClock", wallClock: "2026-10-25T01:30:00.000" }, clock);
    expect(instantsOf(overlap)[1]).toBe("2026-10-25T00:30:00.000Z");
  });

  it("goes on to the year 10000 without a form that would not sort", () => {
    expect(rangeAfter({ kind: "date", date: "9999-12-31" }, clock).fromWallClock).toBe("9999-12-31T24:00:00.000");
  });
});

describe("anniversaries", () => {
  const daysIn = (year: number, days: number, clock: RuleClock): readonly (readonly string[])[] =>
    anniversaryIn(days, clock)
      .ranges.map(daysOf)
      .filter(([from]) => from?.startsWith(String(year)));

  it("is one range a year, from 1900 to this one", () => {
    const ranges = anniversaryIn(7, london("2026-03-29T12:00")).ranges;
    expect(ranges).toHaveLength(127);
    expect(daysOf(ranges[0] ?? {})).toEqual(["1900-03-29", "1900-04-06"]);
    expect(daysOf(ranges.at(-1) ?? {})).toEqual(["2026-03-29", "2026-04-06"]);
  });

  it("goes over the end of the year", () => {
    const clock = london("2025-12-30T12:00");
    expect(daysIn(1990, 3, clock)).toEqual([["1990-12-30", "1991-01-03"]]);
    expect(daysOf(anniversaryIn(3, clock).ranges[0] ?? {})).toEqual(["1900-01-01", "1900-01-03"]);
  });

  it("keeps 29 February on the 28th in a year without one, and on the 29th in a year with one", () => {
    expect(daysIn(2000, 0, london("2026-02-28T12:00"))).toEqual([["2000-02-28", "2000-03-01"]]);
    expect(daysIn(1999, 0, london("2026-02-28T12:00"))).toEqual([["1999-02-28", "1999-03-01"]]);
    expect(daysIn(2000, 0, london("2026-03-01T12:00"))).toEqual([["2000-03-01", "2000-03-02"]]);
    expect(daysIn(2000, 0, london("2024-02-28T12:00"))).toEqual([["2000-02-28", "2000-02-29"]]);
    expect(daysIn(2000, 0, london("2024-02-29T12:00"))).toEqual([["2000-02-29", "2000-03-01"]]);
    expect(daysIn(1999, 0, london("2024-02-29T12:00"))).toEqual([]);
    expect(daysIn(1999, 1, london("2024-02-28T12:00"))).toEqual([["1999-02-28", "1999-03-01"]]);
  });

  it("is every day, as one range, for a whole year", () => {
    for (const days of [365, 366])
      expect(anniversaryIn(days, london("2026-02-28T12:00")).ranges.map(daysOf)).toEqual([["1900-01-01", "2027-01-01"]]);
  });

  it("is the same days of the wall clock in every year, before the next", () => {
    const daysFrom = (at: string, days: number) => anniversaryIn(days, london(at)).yearly;
    const before = "2027-01-01T00:00:00.000";
    expect(daysFrom("2026-03-29T12:00", 7)).toEqual({ runs: [{ first: "03-29", last: "04-05" }], before });
    expect(daysFrom("2026-12-30T12:00", 3).runs).toEqual([
      { first: "01-01", last: "01-02" },
      { first: "12-30", last: "12-31" },
    ]);
    expect(daysFrom("2026-02-28T12:00", 0).runs).toEqual([{ first: "02-28", last: "02-29" }]);
    expect(daysFrom("2024-02-28T12:00", 0).runs).toEqual([{ first: "02-28", last: "02-28" }]);
    expect(daysFrom("2024-02-29T12:00", 0).runs).toEqual([{ first: "02-29", last: "02-29" }]);
    expect(daysFrom("2026-02-28T12:00", 366).runs).toEqual([{ first: "01-01", last: "12-31" }]);
  });

  it("has days that begin when they begin in the zone", () => {
    const clock = saoPaulo("2026-11-04T12:00");
    const in2018 = anniversaryIn(0, clock).ranges.find(({ fromWallClock }) => fromWallClock?.startsWith("2018"));
    expect(instantsOf(in2018 ?? {})).toEqual(["2018-11-04T03:00:00.000Z", "2018-11-05T02:00:00.000Z"]);
  });
});
