import { Temporal } from "temporal-polyfill";
import { type Instant, wallClockAt } from "../../model/instant.js";
import type { TimeRange, YearlyDays } from "./condition.js";
import type { DayUnit, DurationUnit, LengthOfTime } from "./duration.js";

/** The time and zone in which a rule is evaluated: fixed once for a whole evaluation. */
export interface RuleClock {
  readonly now: Instant;
  readonly timeZone: string;
}

/** A time as written in a rule. A `date` has no time of day. */
export type TimeValue =
  | { readonly kind: "date"; readonly date: string }
  | { readonly kind: "wallClock"; readonly wallClock: string }
  | { readonly kind: "instant"; readonly instant: Instant };

export type CalendarUnit = "day" | "week" | "month" | "year";

/** An end of a range, as an instant and as the wall clock of the rule's zone. */
interface End {
  readonly instant: Instant;
  readonly wallClock: string;
}

/** Before and after every wall clock that data can hold (years 0000 to 9999), in the form that sorts as text. */
const FIRST_WALL_CLOCK = "0000-01-01T00:00:00.000";
const LAST_WALL_CLOCK = "9999-12-31T24:00:00.000";
const FIRST_ANNIVERSARY_YEAR = 1900;
/** Days of a leap year, and where 29 February is among them. */
const LEAP_YEAR_DAYS = 366;
const LEAP_DAY = 59;

export function rangeBefore(value: TimeValue, clock: RuleClock): TimeRange {
  return range(undefined, startOf(value, clock));
}

/** After a date is from the next midnight; after a time is strictly later, and times are whole milliseconds. */
export function rangeAfter(value: TimeValue, clock: RuleClock): TimeRange {
  if (value.kind === "date") return range(endOfDate(value.date, clock), undefined);
  if (value.kind === "instant") return range(endAt(value.instant + 1, clock), undefined);
  const later = Temporal.PlainDateTime.from(value.wallClock).add({ milliseconds: 1 });
  return range({ instant: startOf(value, clock).instant + 1, wallClock: wallClockText(later) }, undefined);
}

/** Up to the end of the second where that is a date; up to, not including it, where it has a time. */
export function rangeBetween(from: TimeValue, to: TimeValue, clock: RuleClock): TimeRange {
  return range(startOf(from, clock), to.kind === "date" ? endOfDate(to.date, clock) : startOf(to, clock));
}

export function rangeOn(value: TimeValue & { readonly kind: "date" }, clock: RuleClock): TimeRange {
  return dateRange(dateOf(value.date), { days: 1 }, clock);
}

/** The one day that is so long after today, or before it if the amount is negative, whatever the time of day is now. */
export function rangeOfDay({ unit, amount }: LengthOfTime<DayUnit>, clock: RuleClock): TimeRange {
  return dateRange(todayOf(clock).add({ [unit]: amount }), { days: 1 }, clock);
}

export function rangeInLast(unit: DurationUnit, amount: number, clock: RuleClock): TimeRange {
  return range(shifted(unit, -amount, clock), endAt(clock.now, clock));
}

/** `rangeInLast`, of a length of time as it was read. */
export function inLast({ unit, amount }: LengthOfTime, clock: RuleClock): TimeRange {
  return rangeInLast(unit, amount, clock);
}

export function rangeInNext(unit: DurationUnit, amount: number, clock: RuleClock): TimeRange {
  return range(endAt(clock.now, clock), shifted(unit, amount, clock));
}

export function rangeOlderThan(unit: DurationUnit, amount: number, clock: RuleClock): TimeRange {
  return range(undefined, shifted(unit, -amount, clock));
}

/** The day, week (from Monday, ISO 8601), month or year of now, or the one that is `offset` away. */
export function rangeOfCalendar(unit: CalendarUnit, offset: number, clock: RuleClock): TimeRange {
  const today = todayOf(clock);
  const first = {
    day: today,
    week: today.subtract({ days: today.dayOfWeek - 1 }),
    month: today.with({ day: 1 }),
    year: today.with({ month: 1, day: 1 }),
  }[unit];
  const key = `${unit}s` as const;
  return dateRange(first.add({ [key]: offset }), { [key]: 1 }, clock);
}

/** The days that have their anniversary in a window: of the wall clock in any year up to this one, and as instants since 1900. */
export interface Anniversary {
  readonly yearly: YearlyDays;
  /** In order, and never touching. */
  readonly ranges: readonly TimeRange[];
}

/**
 * Every day up to the end of this year whose month and day are today's or one of the next `days` days'. 29 February counts on
 * 28 February in a year that has no 29th.
 */
export function anniversaryIn(days: number, clock: RuleClock): Anniversary {
  const today = todayOf(clock);
  const key = `${days} ${today} ${clock.timeZone}`;
  const known = anniversaries.get(key);
  if (known) return known;
  const found = anniversaryFrom(today, days, clock);
  const [oldest] = anniversaries.keys();
  if (oldest !== undefined && anniversaries.size >= ANNIVERSARIES_KEPT) anniversaries.delete(oldest);
  anniversaries.set(key, found);
  return found;
}

/** A cache: they are the same all day and take some 20 ms to compute, and an editor asks for an estimate at every change of a rule. */
const anniversaries = new Map<string, Anniversary>();
const ANNIVERSARIES_KEPT = 64;

function anniversaryFrom(today: Temporal.PlainDate, days: number, clock: RuleClock): Anniversary {
  const runs = runsOf(anniversaryDays(today, days));
  const spans: { from: Temporal.PlainDate; to: Temporal.PlainDate }[] = [];
  for (let year = Math.min(FIRST_ANNIVERSARY_YEAR, today.year); year <= today.year; year++) {
    for (const run of runs) {
      const from = dayOfYear(year, run.from);
      const to = dayOfYear(year, run.to);
      const last = spans.at(-1);
      if (last?.to.equals(from)) last.to = to;
      else if (!from.equals(to)) spans.push({ from, to });
    }
  }
  const nextYear = new Temporal.PlainDate(today.year + 1, 1, 1);
  return {
    yearly: {
      runs: runs.map((run) => ({ first: monthAndDay(run.from), last: monthAndDay(run.to - 1) })),
      before: wallClockText(nextYear.toPlainDateTime()),
    },
    ranges: spans.map(({ from, to }) => range(startOfDate(from, clock), startOfDate(to, clock))),
  };
}

/** Which days of a leap year (0 is 1 January) have their anniversary in the window. */
function anniversaryDays(today: Temporal.PlainDate, days: number): readonly boolean[] {
  const wanted = new Array<boolean>(LEAP_YEAR_DAYS).fill(false);
  for (let ahead = 0; ahead <= days; ahead++) {
    const date = today.add({ days: ahead });
    wanted[date.with({ year: 2000 }).dayOfYear - 1] = true;
    if (date.month === 2 && date.day === 28 && !date.inLeapYear) wanted[LEAP_DAY] = true;
  }
  return wanted;
}

function runsOf(wanted: readonly boolean[]): readonly { readonly from: number; readonly to: number }[] {
  const runs: { from: number; to: number }[] = [];
  for (const [day, isWanted] of wanted.entries()) {
    const last = runs.at(-1);
    if (!isWanted) continue;
    if (last?.to === day) last.to = day + 1;
    else runs.push({ from: day, to: day + 1 });
  }
  return runs;
}

/** The date in this year of a day of a leap year; 29 February is 1 March in a year that has none. */
function dayOfYear(year: number, leapYearDay: number): Temporal.PlainDate {
  const first = new Temporal.PlainDate(year, 1, 1);
  return first.add({ days: leapYearDay > LEAP_DAY && !first.inLeapYear ? leapYearDay - 1 : leapYearDay });
}

/** Of a day of a leap year. */
function monthAndDay(leapYearDay: number): string {
  return dayOfYear(2000, leapYearDay).toString().slice(5);
}

function shifted(unit: DurationUnit, amount: number, clock: RuleClock): End {
  return endAt(zonedNow(clock).add({ [unit]: amount }).epochMilliseconds, clock);
}

function startOf(value: TimeValue, clock: RuleClock): End {
  if (value.kind === "instant") return endAt(value.instant, clock);
  if (value.kind === "date") return startOfDate(dateOf(value.date), clock);
  const instant = Temporal.PlainDateTime.from(value.wallClock).toZonedDateTime(clock.timeZone).epochMilliseconds;
  return { instant, wallClock: value.wallClock };
}

function dateRange(first: Temporal.PlainDate, length: Temporal.DurationLike, clock: RuleClock): TimeRange {
  return range(startOfDate(first, clock), startOfDate(first.add(length), clock));
}

/** The first instant of a date, which is not midnight where the clocks go forward at midnight; its wall clock always is. */
function startOfDate(date: Temporal.PlainDate, clock: RuleClock): End {
  const instant = date.toZonedDateTime(clock.timeZone).epochMilliseconds;
  return { instant, wallClock: wallClockText(date.toPlainDateTime()) };
}

function endOfDate(date: string, clock: RuleClock): End {
  return startOfDate(dateOf(date).add({ days: 1 }), clock);
}

function endAt(instant: Instant, clock: RuleClock): End {
  return { instant, wallClock: sortable(wallClockAt(instant, clock.timeZone)) };
}

function range(from: End | undefined, to: End | undefined): TimeRange {
  return {
    ...(from ? { from: from.instant, fromWallClock: from.wallClock } : {}),
    ...(to ? { to: to.instant, toWallClock: to.wallClock } : {}),
  };
}

function dateOf(date: string): Temporal.PlainDate {
  return Temporal.PlainDate.from(date);
}

function todayOf(clock: RuleClock): Temporal.PlainDate {
  return zonedNow(clock).toPlainDate();
}

function zonedNow(clock: RuleClock): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(clock.now).toZonedDateTimeISO(clock.timeZone);
}

function wallClockText(time: Temporal.PlainDateTime): string {
  return sortable(time.toString({ fractionalSecondDigits: 3 }));
}

/** Years outside 0000 to 9999 have a sign (`+010000-…`), which would not sort. */
function sortable(wallClock: string): string {
  if (wallClock.startsWith("+")) return LAST_WALL_CLOCK;
  return wallClock.startsWith("-") ? FIRST_WALL_CLOCK : wallClock;
}
