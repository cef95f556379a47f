import type { FilterImplOptions } from "liquidjs";
import type { Temporal } from "temporal-polyfill";
import { formatTime, ordinalOf } from "./format-time.js";
import { workOf } from "./work.js";
import { zonedTimeOf } from "./zoned-time.js";

type DateFilter = Exclude<FilterImplOptions, { readonly handler: unknown }>;

const DEFAULT_FORMAT = "%A, %B %-e, %Y at %-l:%M %P %z";

/** Liquid's filters of dates, by the clock of the rendering. What is no time stays as it is. */
export const DATE_FILTERS: Readonly<Record<string, DateFilter>> = {
  date(value, format, zone) {
    const { context } = this;
    const time = zonedTimeOf(value, workOf(context).clock, zone);
    return time ? formatTime(time, String(format ?? DEFAULT_FORMAT), context.memoryLimit) : value;
  },
  date_to_xmlschema: dateFilter(() => "%Y-%m-%dT%H:%M:%S%:z"),
  date_to_rfc822: dateFilter(() => "%a, %d %b %Y %H:%M:%S %z"),
  date_to_string: dateFilter((time, type, style) => calendarDate("%b", time, type, style)),
  date_to_long_string: dateFilter((time, type, style) => calendarDate("%B", time, type, style)),
};

function dateFilter(formatOf: (time: Temporal.ZonedDateTime, first: unknown, second: unknown) => string): DateFilter {
  return function (value, first, second) {
    const { context } = this;
    const time = zonedTimeOf(value, workOf(context).clock);
    return time ? formatTime(time, formatOf(time, first, second), context.memoryLimit) : value;
  };
}

/** "01 Mar 2026"; of the type "ordinal" "1st Mar 2026", and in the style "US" "Mar 1st, 2026". */
function calendarDate(month: string, { day }: Temporal.ZonedDateTime, type: unknown, style: unknown): string {
  if (type !== "ordinal") return `%d ${month} %Y`;
  const ordinal = `${day}${ordinalOf(day)}`;
  return style === "US" ? `${month} ${ordinal}, %Y` : `${ordinal} ${month} %Y`;
}
