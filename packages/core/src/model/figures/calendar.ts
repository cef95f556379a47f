import { Temporal } from "temporal-polyfill";
import type { Instant } from "../instant.js";

export const PERIOD_UNITS = ["day", "week", "month"] as const;
export type PeriodUnit = (typeof PERIOD_UNITS)[number];

/** A date (`2011-12-09`), which sorts as text. */
export type Day = string;

/** A day, a week (from Monday, ISO 8601) or a month: half-open, and named by its first day. */
export interface Period {
  readonly unit: PeriodUnit;
  readonly from: Day;
  readonly to: Day;
}

const HOUR_MS = 3_600_000;
const HOURS_KEPT = 50_000;

/** The days of a time zone. */
export interface ZoneDays {
  readonly timeZone: string;
  dayOf(instant: Instant): Day;
  /** Its first instant. */
  startOf(day: Day): Instant;
}

/** Which day an hour is in is remembered: it is asked of each order, and costs far more than all else that is done with one. */
export function zoneDays(timeZone: string): ZoneDays {
  const whole = new Map<number, Day | undefined>();
  const exact = (instant: Instant): Day =>
    Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(timeZone).toPlainDate().toString();
  return {
    timeZone,
    dayOf: (instant) => {
      const hour = Math.floor(instant / HOUR_MS);
      if (!whole.has(hour)) {
        if (whole.size >= HOURS_KEPT) whole.clear();
        const [first, last] = [exact(hour * HOUR_MS), exact((hour + 1) * HOUR_MS - 1)];
        whole.set(hour, first === last ? first : undefined);
      }
      return whole.get(hour) ?? exact(instant);
    },
    startOf: (day) => Temporal.PlainDate.from(day).toZonedDateTime(timeZone).epochMilliseconds,
  };
}

export function periodOf(unit: PeriodUnit, day: Day): Period {
  const date = Temporal.PlainDate.from(day);
  const first = {
    day: () => date,
    week: () => date.subtract({ days: date.dayOfWeek - 1 }),
    month: () => date.with({ day: 1 }),
  }[unit]();
  return { unit, from: first.toString(), to: first.add({ [`${unit}s`]: 1 }).toString() };
}

/** The periods in which the days `[from, to)` lie, in order. */
export function periodsOf(unit: PeriodUnit, from: Day, to: Day): readonly Period[] {
  const periods: Period[] = [];
  for (let first = from; first < to; first = periods.at(-1)?.to ?? to) periods.push(periodOf(unit, first));
  return periods;
}

/** Few periods that make up the days `[from, to)`: whole months, and before and after them whole weeks and days. */
export function piecesOf(from: Day, to: Day): readonly Period[] {
  return split("month", from, to, (first, end) => split("week", first, end, (some, others) => periodsOf("day", some, others)));
}

/** The periods that lie in the days as a whole, and what the others' part of the days is split into. */
function split(unit: PeriodUnit, from: Day, to: Day, splitPart: (from: Day, to: Day) => readonly Period[]): readonly Period[] {
  return periodsOf(unit, from, to).flatMap((period) =>
    from <= period.from && period.to <= to ? [period] : splitPart(later(from, period.from), earlier(to, period.to)),
  );
}

export function addDays(day: Day, days: number): Day {
  return Temporal.PlainDate.from(day).add({ days }).toString();
}

export function daysBetween(from: Day, to: Day): number {
  return Temporal.PlainDate.from(from).until(Temporal.PlainDate.from(to)).days;
}

export function later(a: Day, b: Day): Day {
  return a > b ? a : b;
}

export function earlier(a: Day, b: Day): Day {
  return a < b ? a : b;
}
