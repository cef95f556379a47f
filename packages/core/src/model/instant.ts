import { Temporal } from "temporal-polyfill";

/** A point in time: milliseconds since 1970-01-01T00:00:00Z, an integer. */
export type Instant = number;

const ZONED = /^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}(:\d{2}([.,]\d{1,9})?)?\s?([Zz]|[+-]\d{2}(:?\d{2})?)$/;
const LOCAL = /^\d{4}-\d{2}-\d{2}([Tt ]\d{2}:\d{2}(:\d{2}([.,]\d{1,9})?)?)?$/;

/** Earliest and latest instants accepted at the edge: years 0001 to 9999, so that text and number sort alike everywhere. */
const MIN_INSTANT = Date.parse("0001-01-01T00:00:00Z");
const MAX_INSTANT = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/** What a text says about time: an instant, a wall-clock time without an offset (`YYYY-MM-DDTHH:MM:SS.mmm`), or nothing. */
export interface TimeText {
  readonly instant?: Instant;
  readonly wallClock?: string;
}

/**
 * Reads ISO 8601: a date, a date and time, or a date and time with an offset. Fractions are cut to milliseconds. A text that is
 * not a real date (`2026-02-30`) reads as nothing.
 */
export function readTimeText(text: string): TimeText | undefined {
  if (text.length > 40) return undefined;
  try {
    if (ZONED.test(text)) {
      const instant = Temporal.Instant.from(text.replace(/^(.{10}) /, "$1T").replace(/\s/, "")).epochMilliseconds;
      return inRange(instant) ? { instant } : undefined;
    }
    if (LOCAL.test(text)) return { wallClock: wallClockText(Temporal.PlainDateTime.from(text.replace(" ", "T"))) };
  } catch {
    return undefined;
  }
  return undefined;
}

/**
 * Reads ISO 8601 as an instant. Without an offset it is wall-clock time in `timeZone`: in a gap it moves forward, in an overlap
 * it is the first of the two.
 */
export function parseInstant(text: string, timeZone: string): Instant | undefined {
  const read = readTimeText(text.trim());
  if (!read) return undefined;
  if (read.instant !== undefined) return read.instant;
  const instant = Temporal.PlainDateTime.from(read.wallClock as string).toZonedDateTime(timeZone).epochMilliseconds;
  return inRange(instant) ? instant : undefined;
}

/** The wall clock of `timeZone` at an instant, as `YYYY-MM-DDTHH:MM:SS.mmm`, which sorts chronologically. */
export function wallClockAt(instant: Instant, timeZone: string): string {
  return wallClockText(Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(timeZone).toPlainDateTime());
}

export function formatInstant(instant: Instant): string {
  return new Date(instant).toISOString();
}

/** Whether a number is an instant that the edge accepts. */
export function isInstant(value: number): boolean {
  return Number.isInteger(value) && inRange(value);
}

export function isTimeZone(name: string): boolean {
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(name);
    return /^[A-Za-z]/.test(name);
  } catch {
    return false;
  }
}

function wallClockText(time: Temporal.PlainDateTime): string {
  return time.toString({ fractionalSecondDigits: 3, roundingMode: "trunc", calendarName: "never" });
}

function inRange(instant: Instant): boolean {
  return instant >= MIN_INSTANT && instant <= MAX_INSTANT;
}
