import { formatDistance, plural } from "@/api/format";

const YEAR_MS = 365.25 * 86_400_000;

/** A day in the reader's zone; "never" where there is none. */
export function formatDate(at: string | undefined): string {
  return at === undefined
    ? "never"
    : new Date(at).toLocaleDateString("en-GB", { day: "numeric", month: "short", year: "numeric" });
}

/** "3 hours ago", and of what is long past, how many years. */
export function formatAge(at: string | undefined): string | undefined {
  if (at === undefined) return undefined;
  const years = Math.floor((Date.now() - new Date(at).getTime()) / YEAR_MS);
  return years < 2 ? formatDistance(at) : `${plural(years, "year")} ago`;
}
