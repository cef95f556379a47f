import type { Temporal } from "temporal-polyfill";

/** `%d`, `%-d`, `%^b`, `%10N`, `%:z`: flags, width, a modifier that says nothing, and what is written. */
const DIRECTIVE = /%([-_0^#:]*)(\d*)[EO]?(.)/gs;
const SPACED = new Set("aAbBceklpPh");
const WIDTHS: Readonly<Record<string, number>> = {
  ...{ C: 2, d: 2, e: 2, H: 2, I: 2, j: 3, k: 2, l: 2, L: 3, m: 2, M: 2, S: 2, U: 2, W: 2, y: 2, Y: 4 },
};

const DATE: Intl.DateTimeFormatOptions = { year: "numeric", month: "numeric", day: "numeric" };
const TIME: Intl.DateTimeFormatOptions = { hour: "numeric", minute: "numeric", second: "numeric" };

type Part = (time: Temporal.ZonedDateTime, width: number, flags: string) => string | number;

const DIRECTIVES: Readonly<Record<string, Part>> = {
  a: inEnglish({ weekday: "short" }),
  A: inEnglish({ weekday: "long" }),
  b: inEnglish({ month: "short" }),
  B: inEnglish({ month: "long" }),
  c: inEnglish({ ...DATE, ...TIME }),
  C: ({ year }) => Math.floor(year / 100),
  d: ({ day }) => day,
  e: ({ day }) => day,
  h: inEnglish({ month: "short" }),
  H: ({ hour }) => hour,
  I: ({ hour }) => hour % 12 || 12,
  j: ({ dayOfYear }) => dayOfYear,
  k: ({ hour }) => hour,
  l: ({ hour }) => hour % 12 || 12,
  L: ({ millisecond }) => millisecond,
  m: ({ month }) => month,
  M: ({ minute }) => minute,
  n: () => "\n",
  N: ({ millisecond }, width) =>
    String(millisecond)
      .padStart(3, "0")
      .slice(0, width || 9)
      .padEnd(width || 9, "0"),
  p: ({ hour }) => (hour < 12 ? "AM" : "PM"),
  P: ({ hour }) => (hour < 12 ? "am" : "pm"),
  q: ({ day }) => ordinalOf(day),
  s: ({ epochMilliseconds }) => Math.floor(epochMilliseconds / 1_000),
  S: ({ second }) => second,
  t: () => "\t",
  u: ({ dayOfWeek }) => dayOfWeek,
  U: ({ dayOfYear, dayOfWeek }) => Math.floor((dayOfYear + 6 - (dayOfWeek % 7)) / 7),
  w: ({ dayOfWeek }) => dayOfWeek % 7,
  W: ({ dayOfYear, dayOfWeek }) => Math.floor((dayOfYear + 7 - dayOfWeek) / 7),
  x: inEnglish(DATE),
  X: inEnglish(TIME),
  y: ({ year }) => year % 100,
  Y: ({ year }) => year,
  z: offsetOf,
  Z: offsetOf,
  "%": () => "%",
};

/** Most that one directive may be asked to fill. */
export type Budget = { use(characters: number): void };

/**
 * A time by a format of Ruby's `strftime`, in English, as Liquid has it. What Liquid itself does goes by the machine's zone: it is an hour
 * off where that zone's clocks change, and a day in years before zones had whole minutes. What is no directive stays as it is.
 */
export function formatTime(time: Temporal.ZonedDateTime, format: string, budget: Budget): string {
  budget.use(format.length);
  return format.replace(DIRECTIVE, (written: string, flags: string, digits: string, name: string) => {
    const part = Object.hasOwn(DIRECTIVES, name) ? DIRECTIVES[name] : undefined;
    if (!part) return written;
    const asked = Number(digits);
    budget.use(asked);
    const text = cased(String(part(time, asked, flags)), flags);
    const width = flags.includes("-") ? 0 : asked || (WIDTHS[name] ?? 0);
    const spaced = flags.includes("_") || (SPACED.has(name) && !flags.includes("0"));
    return text.padStart(width, spaced ? " " : "0");
  });
}

/** "15th", "1st". */
export function ordinalOf(day: number): string {
  if (day >= 11 && day <= 13) return "th";
  return ["th", "st", "nd", "rd"][day % 10] ?? "th";
}

function cased(text: string, flags: string): string {
  if (flags.includes("^")) return text.toUpperCase();
  if (!flags.includes("#")) return text;
  return text === text.toUpperCase() ? text.toLowerCase() : text.toUpperCase();
}

/** Of the wall clock: formatted as if it were UTC's. */
function inEnglish(options: Intl.DateTimeFormatOptions): Part {
  const format = new Intl.DateTimeFormat("en-US", { ...options, timeZone: "UTC" });
  return (time) => format.format(time.toPlainDateTime().toZonedDateTime("UTC").epochMilliseconds).replaceAll("\u202f", " ");
}

/** In whole minutes. */
function offsetOf({ offset }: Temporal.ZonedDateTime, _: number, flags: string): string {
  const minutes = offset.slice(0, "+00:00".length);
  return flags.includes(":") ? minutes : minutes.replace(":", "");
}
