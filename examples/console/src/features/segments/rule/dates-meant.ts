import { formatDay } from "../../../api/format";
import { isRecord } from "./leaf-form";

/** What a relative date means today, in the segment's zone: "since 29 Aug 2026". Undefined where it says so itself. */
export function datesMeant(op: string, value: unknown, now: number, timeZone: string | undefined): string | undefined {
  const today = dayIn(now, timeZone);
  switch (op) {
    case "inLast":
      return lengthThen(value, (unit, amount) => `since ${moment(now, today, unit, -amount, timeZone)}`);
    case "notInLast":
    case "olderThan":
      return lengthThen(value, (unit, amount) => `before ${moment(now, today, unit, -amount, timeZone)}`);
    case "inNext":
      return lengthThen(value, (unit, amount) => `until ${moment(now, today, unit, amount, timeZone)}`);
    case "isDay": {
      if (!isRecord(value)) return undefined;
      const sign = value.in === undefined ? -1 : 1;
      return lengthThen(
        value.in ?? value.ago,
        (unit, amount) => `today that is ${formatDay(shifted(today, unit, sign * amount))}`,
      );
    }
    case "anniversaryWithin":
      return lengthThen(value, (_, amount) =>
        amount === 0
          ? `today, ${yearless(today)}, of any year`
          : `${yearless(today)} to ${yearless(shifted(today, "days", amount))}, of any year`,
      );
    case "today":
      return formatDay(today);
    case "yesterday":
      return formatDay(shifted(today, "days", -1));
    case "thisWeek":
      return span(weekStart(today), 6);
    case "lastWeek":
      return span(shifted(weekStart(today), "days", -7), 6);
    case "thisMonth":
      return monthOf(today);
    case "lastMonth":
      return monthOf(shifted(`${today.slice(0, 8)}01`, "months", -1));
    case "thisYear":
      return today.slice(0, 4);
    case "lastYear":
      return String(Number(today.slice(0, 4)) - 1);
    default:
      return undefined;
  }
}

function lengthThen(value: unknown, say: (unit: string, amount: number) => string): string | undefined {
  const [unit, amount] = isRecord(value) ? (Object.entries(value)[0] ?? []) : [];
  return unit === undefined || typeof amount !== "number" || !Number.isInteger(amount) || amount < 0 || amount > 10_000
    ? undefined
    : say(unit, amount);
}

function moment(now: number, today: string, unit: string, amount: number, timeZone: string | undefined): string {
  const ms = unit === "minutes" ? 60_000 : unit === "hours" ? 3_600_000 : undefined;
  if (ms === undefined) return formatDay(shifted(today, unit, amount));
  return new Date(now + amount * ms).toLocaleString("en-GB", { dateStyle: "medium", timeStyle: "short", ...zoneOf(timeZone) });
}

/** The calendar day there, as `2026-11-27`. */
export function dayIn(at: number, timeZone: string | undefined): string {
  return new Intl.DateTimeFormat("en-CA", { year: "numeric", month: "2-digit", day: "2-digit", ...zoneOf(timeZone) }).format(at);
}

function zoneOf(timeZone: string | undefined): { readonly timeZone: string } {
  try {
    new Intl.DateTimeFormat("en-GB", { timeZone: timeZone ?? "UTC" });
    return { timeZone: timeZone ?? "UTC" };
  } catch {
    return { timeZone: "UTC" };
  }
}

/** A month from 31 January ends on the last of February. */
export function shifted(day: string, unit: string, amount: number): string {
  const [year = 0, month = 1, date = 1] = day.split("-").map(Number);
  if (unit === "days" || unit === "weeks")
    return isoDay(new Date(Date.UTC(year, month - 1, date + amount * (unit === "weeks" ? 7 : 1))));
  const months = month - 1 + amount * (unit === "years" ? 12 : 1);
  const last = new Date(Date.UTC(year, months + 1, 0)).getUTCDate();
  return isoDay(new Date(Date.UTC(year, months, Math.min(date, last))));
}

const isoDay = (date: Date): string => date.toISOString().slice(0, 10);

function weekStart(day: string): string {
  return shifted(day, "days", -((new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7));
}

const span = (from: string, days: number): string => `${formatDay(from)} to ${formatDay(shifted(from, "days", days))}`;

function monthOf(day: string): string {
  return new Date(`${day}T00:00:00Z`).toLocaleDateString("en-GB", { month: "long", year: "numeric", timeZone: "UTC" });
}

function yearless(day: string): string {
  return new Date(`${day}T00:00:00Z`).toLocaleDateString("en-GB", { day: "numeric", month: "short", timeZone: "UTC" });
}
