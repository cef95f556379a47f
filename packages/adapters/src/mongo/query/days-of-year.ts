/** More days than these tell too little apart. */
const MOST_DAYS = 92;
const DAY_MS = 86_400_000;
const WALL_CLOCK = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}$/;

/**
 * A pattern of the months and days on which wall clocks of the ranges lie; undefined where an end is open, or is none, or the days
 * are many.
 */
export function patternOfDays(ranges: readonly { readonly from?: unknown; readonly to?: unknown }[]): string | undefined {
  const days = new Set<string>();
  for (const { from, to } of ranges) {
    const [first, end] = [timeOf(from), timeOf(to)];
    if (first === undefined || end === undefined) return undefined;
    for (let day = Math.floor(first / DAY_MS) * DAY_MS; day < end; day += DAY_MS) {
      days.add(new Date(day).toISOString().slice(5, 10));
      if (days.size > MOST_DAYS) return undefined;
    }
  }
  return `^.{5}(?:${[...days].join("|")})`;
}

/** As if the clock were in UTC. */
function timeOf(wallClock: unknown): number | undefined {
  const time = typeof wallClock === "string" && WALL_CLOCK.test(wallClock) ? Date.parse(`${wallClock}Z`) : Number.NaN;
  return Number.isNaN(time) ? undefined : time;
}
