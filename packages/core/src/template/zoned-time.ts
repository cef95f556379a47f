import { Temporal } from "temporal-polyfill";
import { type Instant, isTimeZone, readTimeText } from "../model/instant.js";

/** When a message is rendered, and in whose time zone. */
export interface TemplateClock {
  readonly now: Instant;
  readonly timeZone: string;
}

/** An instant as ISO 8601 on the wall clock of a zone, with its offset. */
export function zonedText(instant: Instant, timeZone: string): string {
  return zoned(instant, timeZone).toString({ timeZoneName: "never", smallestUnit: "second" });
}

/**
 * What a date filter is given, whatever the machine's own zone: an instant on the wall clock of the rendering's zone, and a date, or a
 * time without an offset, as it is written. A number is in seconds since 1970. Undefined where the value is no time. `zone` is
 * what the template asks for instead: an IANA name, or minutes west of UTC, as Liquid has it.
 */
export function zonedTimeOf(
  value: unknown,
  { now, timeZone }: TemplateClock,
  zone?: unknown,
): Temporal.ZonedDateTime | undefined {
  const time = timeOf(value, now, timeZone);
  if (typeof zone === "string" && isTimeZone(zone)) return time?.withTimeZone(zone);
  if (typeof zone === "number" && Math.abs(zone) < DAY_MINUTES) return time?.withTimeZone(offsetText(-Math.trunc(zone)));
  return time;
}

/** The last instant that ECMAScript has, and with a minus the first, in seconds. */
const LAST_SECOND = 8.64e12;
const DAY_MINUTES = 1_440;

function timeOf(value: unknown, now: Instant, timeZone: string): Temporal.ZonedDateTime | undefined {
  if (value === "now" || value === "today") return zoned(now, timeZone);
  const seconds = typeof value === "string" && /^\d+$/.test(value) ? Number(value) : value;
  if (typeof seconds === "number")
    return Math.abs(seconds) <= LAST_SECOND ? zoned(Math.trunc(seconds * 1_000), timeZone) : undefined;
  const read = typeof value === "string" ? readTimeText(value.trim()) : undefined;
  if (read?.instant !== undefined) return zoned(read.instant, timeZone);
  return read?.wallClock === undefined ? undefined : Temporal.PlainDateTime.from(read.wallClock).toZonedDateTime(timeZone);
}

function zoned(instant: Instant, timeZone: string): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(timeZone);
}

function offsetText(minutes: number): string {
  const digits = [Math.trunc(Math.abs(minutes) / 60), Math.abs(minutes) % 60].map((part) => String(part).padStart(2, "0"));
  return `${minutes < 0 ? "-" : "+"}${digits.join(":")}`;
}
