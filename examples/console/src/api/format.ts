/** Numbers, money and times as a reader wants them. */

const NUMBER = new Intl.NumberFormat("en-GB");
const COMPACT = new Intl.NumberFormat("en-GB", { notation: "compact", maximumFractionDigits: 1 });
const PERCENT = new Intl.NumberFormat("en-GB", { style: "percent", maximumFractionDigits: 1 });
const RELATIVE = new Intl.RelativeTimeFormat("en-GB", { numeric: "always" });

export const formatNumber = (value: number): string => NUMBER.format(value);
export const formatCompact = (value: number): string => COMPACT.format(value);

/** A share; 0.03 % is not 0 %, and 99.97 % is not all. */
export function formatShare(part: number, whole: number): string {
  if (whole === 0) return "–";
  const share = part / whole;
  if (part > 0 && share < 0.001) return "< 0.1%";
  if (part < whole && share > 0.999) return "> 99.9%";
  return PERCENT.format(share);
}

/** Money as the engine says it (an exact decimal), in its currency; `whole`, without its decimals. */
export function formatMoney(
  amount: number | string,
  currency: string,
  options: { readonly compact?: boolean; readonly whole?: boolean } = {},
): string {
  const format = new Intl.NumberFormat("en-GB", {
    style: "currency",
    currency,
    ...(options.compact ? { notation: "compact", maximumFractionDigits: 1 } : {}),
    ...(options.whole ? { maximumFractionDigits: 0 } : {}),
  });
  // The type wants a numeric literal; any decimal text is formatted exactly.
  return format.format(amount as number);
}

export function formatTime(at: string | number | Date): string {
  return new Date(at).toLocaleString("en-GB", { dateStyle: "medium", timeStyle: "short" });
}

/** `2010-12-09` as 9 Dec 2010. A date has no zone. */
export function formatDay(day: string): string {
  return new Date(`${day}T00:00:00Z`).toLocaleDateString("en-GB", { dateStyle: "medium", timeZone: "UTC" });
}

const STEPS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
  ["second", 1_000],
];

/** "in 3 hours", "2 minutes ago", "1 day ago": a length of time, which "yesterday" is not. */
export function formatDistance(at: string | number | Date, now: number = Date.now()): string {
  const ms = new Date(at).getTime() - now;
  const [unit, size] = STEPS.find(([, step]) => Math.abs(ms) >= step) ?? ["second", 1_000];
  const count = Math.trunc(ms / size);
  return count === 0 ? "now" : RELATIVE.format(count, unit);
}

/** "3 h 12 min". */
export function formatDuration(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 1) return `${Math.max(0, Math.round(ms / 1_000))} s`;
  const [days, hours, rest] = [Math.floor(minutes / 1_440), Math.floor((minutes % 1_440) / 60), minutes % 60];
  if (days > 0) return `${days} d ${hours} h`;
  return hours > 0 ? `${hours} h ${rest} min` : `${rest} min`;
}

const SIZES = ["B", "KB", "MB", "GB"] as const;

/** "3.4 MB". */
export function formatBytes(bytes: number): string {
  const step = bytes < 1 ? 0 : Math.min(SIZES.length - 1, Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1_000 ** step;
  return `${value.toLocaleString("en-GB", { maximumFractionDigits: value < 10 && step > 0 ? 1 : 0 })} ${SIZES[step]}`;
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${formatNumber(count)} ${count === 1 ? one : many}`;
}
