/** With more days than these, the pattern would exclude too few values to be worth its cost. */
const MOST_DAYS = 92;
const DAY_MS = 86_400_000;
const WALL_CLOCK = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}$/;

/**
 * A regular expression for the month and day of every wall clock in the ranges; undefined where a bound is open or no wall clock,
 * or where the days are too many.
 */
export function patternOfDays(ranges: readonly { readonly from?: unknown; readonly to?: unknown }[]): string | undefined {
  const days = new Set<string>();
  const known = new Set<string>();
  for (const { from, to } of ranges) {
    const [first, end] = [timeOf(from), timeOf(to)];
    if (first === undefined || end === undefined) return undefined;
    // Ranges that begin and end on the same days of their years, and are equally long, consist of the same days.
    const course = `${String(from).slice(4)} ${String(to).slice(4)} ${end - first}`;
    if (known.has(course)) continue;
    known.add(course);
    for (let day = Math.floor(first / DAY_MS) * DAY_MS; day < end; day += DAY_MS) {
      days.add(new Date(day).toISOString().slice(5, 10));
      if (days.size > MOST_DAYS) return undefined;
    }
  }
  return `^.{5}(?:${[...days].join("|")})`;
}

/** Read as if the clock showed UTC. */
function timeOf(wallClock: unknown): number | undefined {
  const time = typeof wallClock === "string" && WALL_CLOCK.test(wallClock) ? Date.parse(`${wallClock}Z`) : Number.NaN;
  return Number.isNaN(time) ? undefined : time;
}
