import type { YearlyDays } from "@crm-engine/core/ports";

const DAY_MS = 86_400_000;
/** A leap year, so that it has every day. */
const YEAR = 2000;

/** A regular expression for the month and day of every wall clock on one of the days, whatever its year. */
export function patternOfDays({ runs }: Pick<YearlyDays, "runs">): string {
  const months = new Map<string, string[]>();
  for (const { first, last } of runs) {
    for (let day = timeOf(first); day <= timeOf(last); day += DAY_MS) {
      const [, month = "", date = ""] = new Date(day).toISOString().slice(0, 10).split("-");
      months.set(month, [...(months.get(month) ?? []), date]);
    }
  }
  return `^.{5}(?:${[...months].map(([month, dates]) => `${month}-(?:${dates.join("|")})`).join("|")})`;
}

function timeOf(monthAndDay: string): number {
  return Date.parse(`${YEAR}-${monthAndDay}`);
}
