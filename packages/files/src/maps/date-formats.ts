import { formatInstant, readTimeText } from "@crm-engine/core/schemas";
import { Temporal } from "temporal-polyfill";
import { quoted, Refused } from "./refused.js";

/**
 * Day.js's tokens, read here: Day.js itself takes 31 February for 3 March where a zone is given, and what it makes of offsets and of hours
 * that are there twice depends on the zone of the machine.
 */
interface Token {
  readonly pattern: string;
  readonly part: keyof Parts;
  readonly read: (text: string) => number;
}

interface Parts {
  year: number;
  month: number;
  day: number;
  hour: number;
  hour12: number;
  afternoon: number;
  minute: number;
  second: number;
  millisecond: number;
  /** Minutes. */
  offset: number;
  /** Milliseconds since 1970. */
  epoch: number;
}

const MONTHS = [
  "january",
  "february",
  "march",
  "april",
  "may",
  "june",
  "july",
  "august",
  "september",
  "october",
  "november",
  "december",
];
const DAYS = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];
const short = (names: readonly string[]): string => names.map((name) => name.slice(0, 3)).join("|");
const monthOf = (text: string): number => MONTHS.findIndex((name) => name.startsWith(text.slice(0, 3).toLowerCase())) + 1;
const number = (part: keyof Parts, pattern: string): Token => ({ part, pattern, read: Number });
const OFFSET: Token = { part: "offset", pattern: "Z|UTC|GMT|[+-]\\d{2}:?\\d{2}|[+-]\\d{2}", read: minutesOf };
const HALF: Token = { part: "afternoon", pattern: "[ap]\\.?m\\.?", read: (text) => (/^p/i.test(text) ? 1 : 0) };

const TOKENS: Readonly<Record<string, Token | string>> = {
  YYYY: number("year", "\\d{4}"),
  YY: { part: "year", pattern: "\\d{2}", read: (text) => Number(text) + (Number(text) > 68 ? 1900 : 2000) },
  MMMM: { part: "month", pattern: MONTHS.join("|"), read: monthOf },
  MMM: { part: "month", pattern: `(?:${short(MONTHS)}|sept)\\.?`, read: monthOf },
  MM: number("month", "\\d{2}"),
  M: number("month", "\\d{1,2}"),
  Do: { part: "day", pattern: "\\d{1,2}(?:st|nd|rd|th)", read: Number.parseInt },
  DD: number("day", "\\d{2}"),
  D: number("day", "\\d{1,2}"),
  dddd: DAYS.join("|"),
  ddd: short(DAYS),
  HH: number("hour", "\\d{2}"),
  H: number("hour", "\\d{1,2}"),
  hh: number("hour12", "\\d{2}"),
  h: number("hour12", "\\d{1,2}"),
  mm: number("minute", "\\d{2}"),
  m: number("minute", "\\d{1,2}"),
  ss: number("second", "\\d{2}"),
  s: number("second", "\\d{1,2}"),
  SSS: number("millisecond", "\\d{3}"),
  SS: { part: "millisecond", pattern: "\\d{2}", read: (text) => Number(text) * 10 },
  S: { part: "millisecond", pattern: "\\d", read: (text) => Number(text) * 100 },
  A: HALF,
  a: HALF,
  ZZ: OFFSET,
  Z: OFFSET,
  X: { part: "epoch", pattern: "\\d{1,12}(?:\\.\\d{1,3})?", read: (text) => Math.trunc(Number(text) * 1_000) },
  x: number("epoch", "\\d{1,15}"),
};
const SPLIT = /\[([^\]]*)\]|YYYY|YY|MMMM|MMM|MM|M|Do|DD|D|dddd|ddd|HH|H|hh|h|mm|m|ss|s|SSS|SS|S|A|a|ZZ|Z|X|x|\s+|[\s\S]/g;

interface CompiledFormat {
  readonly pattern: RegExp;
  readonly tokens: readonly Token[];
}

/** Why a text is no format of dates: it has a letter that is no token, or too little to say a day. Undefined where it is one. */
export function formatFault(format: string): string | undefined {
  const parts = new Set<keyof Parts>();
  for (const [text, escaped] of format.matchAll(SPLIT)) {
    const token = Object.hasOwn(TOKENS, text) ? TOKENS[text] : undefined;
    if (typeof token === "object") {
      if (parts.has(token.part)) return `says its ${token.part} twice`;
      parts.add(token.part);
    } else if (token === undefined && escaped === undefined && /[A-Za-z]/.test(text) && text !== "T") {
      return `${text} is no token of Day.js's: letters of their own stand in brackets, as [${text}]`;
    }
  }
  if (parts.has("epoch")) return undefined;
  const isWhole = parts.has("year") && parts.has("month") && parts.has("day");
  if (!isWhole) return "needs a year, a month and a day, such as D/M/YYYY";
  return parts.has("hour12") && !parts.has("afternoon") ? "h needs A (AM or PM); hours up to 24 are H" : undefined;
}

function compile(format: string): CompiledFormat {
  const tokens: Token[] = [];
  let pattern = "";
  for (const [text, escaped] of format.matchAll(SPLIT)) {
    const token = Object.hasOwn(TOKENS, text) ? TOKENS[text] : undefined;
    if (typeof token === "object") {
      tokens.push(token);
      pattern += `(${token.pattern})`;
    } else if (typeof token === "string") pattern += `(?:${token})`;
    else if (/^\s+$/.test(text)) pattern += "\\s+";
    else pattern += (escaped ?? text).replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
  }
  return { pattern: new RegExp(`^${pattern}$`, "i"), tokens };
}

/**
 * Reads dates into ISO 8601: an instant where the text has an offset or a zone is given, else wall-clock time, which the engine reads in its
 * own zone. The first format that fits counts. Without one, ISO 8601 is read, and of other texts those that can only mean one day.
 */
export function dateReader(formats: readonly string[], zone?: string): (cell: string) => string | Refused {
  const compiled = formats.map(compile);
  let last: { readonly cell: string; readonly read: string | Refused } | undefined;
  return (cell) => {
    if (last?.cell !== cell)
      last = { cell, read: formats.length === 0 ? guessed(cell, zone) : formatted(cell, compiled, formats, zone) };
    return last.read;
  };
}

function formatted(
  cell: string,
  compiled: readonly CompiledFormat[],
  formats: readonly string[],
  zone: string | undefined,
): string | Refused {
  for (const { pattern, tokens } of compiled) {
    const match = pattern.exec(cell);
    if (!match) continue;
    const parts: Partial<Parts> = {};
    for (const [index, { part, read }] of tokens.entries()) parts[part] = read(match[index + 1] ?? "");
    return isoOf(parts, zone) ?? new Refused(`${quoted(cell)} is no day that there is`);
  }
  return new Refused(`${quoted(cell)} is not a date as ${formats.join(" or ")}`);
}

/** Undefined for what is in no calendar. */
function isoOf(parts: Partial<Parts>, zone: string | undefined): string | undefined {
  if (parts.epoch !== undefined) return formatInstant(parts.epoch);
  const { year = 0, month = 0, day = 0, minute = 0, second = 0, millisecond = 0, offset } = parts;
  const hour = parts.hour12 === undefined ? (parts.hour ?? 0) : (parts.hour12 % 12) + 12 * (parts.afternoon ?? 0);
  const isHour = parts.hour12 === undefined || (parts.hour12 >= 1 && parts.hour12 <= 12);
  if (!isHour || month < 1 || month > 12 || day < 1 || hour > 23 || minute > 59 || second > 59) return undefined;
  if (day > new Date(Date.UTC(2000 + (year % 400), month, 0)).getUTCDate()) return undefined;
  const date = `${padded(year, 4)}-${padded(month, 2)}-${padded(day, 2)}`;
  const hasTime = parts.hour !== undefined || parts.hour12 !== undefined;
  if (!hasTime && zone === undefined && offset === undefined) return date;
  const time = `${padded(hour, 2)}:${padded(minute, 2)}:${padded(second, 2)}.${padded(millisecond, 3)}`;
  if (offset !== undefined) return formatInstant(Date.parse(`${date}T${time}Z`) - offset * 60_000);
  return zone === undefined ? `${date}T${time}` : zoned(`${date}T${time}`, zone);
}

/** In a gap it moves forward, in an overlap it is the first of the two. */
function zoned(wallClock: string, zone: string): string {
  return formatInstant(Temporal.PlainDateTime.from(wallClock).toZonedDateTime(zone).epochMilliseconds);
}

const NUMERIC = /^(\d{1,2})([/.-])(\d{1,2})\2(\d{4})(?:[ ,T]+(.*))?$/;
const YEAR_FIRST = /^(\d{4})[/.](\d{1,2})[/.](\d{1,2})(?:[ T]+(.*))?$/;
const TIMES = ["H:mm", "H:mm:ss", "H:mm:ss.SSS", "h:mm A", "h:mm:ss A"].map((format) => compile(format));
const HINT = 'say how it is written in the map, as format "D/M/YYYY H:mm"';

function guessed(cell: string, zone: string | undefined): string | Refused {
  const iso = readTimeText(cell);
  if (iso?.instant !== undefined) return formatInstant(iso.instant);
  if (iso?.wallClock !== undefined) {
    if (zone !== undefined) return zoned(iso.wallClock, zone);
    return /^\d{4}-\d{2}-\d{2}$/.test(cell) ? cell : iso.wallClock;
  }
  const [, first, , second, lastYear, lastTime] = NUMERIC.exec(cell) ?? [];
  const [, firstYear, month, day, firstTime] = YEAR_FIRST.exec(cell) ?? [];
  const time = timeOf(lastTime ?? firstTime);
  if ((first === undefined && firstYear === undefined) || time === undefined)
    return new Refused(`${quoted(cell)} is not an ISO 8601 date or date-time: ${HINT}`);
  if (firstYear !== undefined)
    return dayOf(cell, { ...time, year: Number(firstYear), month: Number(month), day: Number(day) }, zone);
  const parts = { ...time, year: Number(lastYear) };
  const dayFirst = isoOf({ ...parts, day: Number(first), month: Number(second) }, zone);
  const monthFirst = isoOf({ ...parts, day: Number(second), month: Number(first) }, zone);
  if (dayFirst !== undefined && monthFirst !== undefined && dayFirst !== monthFirst) {
    const readings = `${dayIn(first, second)} or ${dayIn(second, first)}`;
    return new Refused(`${quoted(cell)} may be ${readings}: say which in the map, as format "D/M/YYYY" or "M/D/YYYY"`);
  }
  return dayFirst ?? monthFirst ?? new Refused(`${quoted(cell)} is no day that there is`);
}

function dayOf(cell: string, parts: Partial<Parts>, zone: string | undefined): string | Refused {
  return isoOf(parts, zone) ?? new Refused(`${quoted(cell)} is no day that there is`);
}

function dayIn(day: string | undefined, month: string | undefined): string {
  const name = MONTHS[Number(month) - 1] ?? "";
  return `${Number(day)} ${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}

/** No time at all is a time too; undefined for what is none. */
function timeOf(text: string | undefined): Partial<Parts> | undefined {
  if (text === undefined) return {};
  for (const { pattern, tokens } of TIMES) {
    const match = pattern.exec(text);
    if (!match) continue;
    const parts: Partial<Parts> = {};
    for (const [index, { part, read }] of tokens.entries()) parts[part] = read(match[index + 1] ?? "");
    return parts;
  }
  return undefined;
}

function minutesOf(text: string): number {
  const [, sign, hours, minutes = "0"] = /^([+-])(\d{2}):?(\d{2})?$/.exec(text) ?? [];
  return hours === undefined ? 0 : (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}

function padded(value: number, length: number): string {
  return String(value).padStart(length, "0");
}
