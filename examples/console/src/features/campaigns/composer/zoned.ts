/** Local times in a zone, by Intl alone. */

const offsets = new Map<string, Intl.DateTimeFormat>();

/** Minutes that the zone's clocks are ahead of UTC at a moment. */
export function offsetAt(zone: string, at: number): number {
  let format = offsets.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat("en-GB", {
      timeZone: zone,
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
    offsets.set(zone, format);
  }
  const parts = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Math.round((Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(at / 1_000) * 1_000) / 60_000);
}

export interface ZonedMoment {
  readonly at: number;
  /** What the clock does at that time: `gap` is skipped and moves forward, `overlap` comes twice and its first is meant. */
  readonly kind: "plain" | "gap" | "overlap";
  /** On that day the clocks change by so many minutes. */
  readonly change: number;
}

/** `2026-10-25T02:30` in a zone. */
export function momentOf(local: string, zone: string): ZonedMoment | undefined {
  const asUtc = Date.parse(`${local}Z`);
  if (Number.isNaN(asUtc)) return undefined;
  const day = 86_400_000;
  const [before, after] = [offsetAt(zone, asUtc - day), offsetAt(zone, asUtc + day)];
  const fits = [...new Set([before, after])]
    .map((offset) => asUtc - offset * 60_000)
    .filter((at) => at + offsetAt(zone, at) * 60_000 === asUtc);
  const start = Date.parse(`${local.slice(0, 10)}T00:00Z`);
  const change = offsetAt(zone, start + day - before * 60_000) - offsetAt(zone, start - before * 60_000);
  const [first] = fits.sort((a, b) => a - b);
  if (first === undefined) return { at: asUtc - before * 60_000, kind: "gap", change };
  return { at: first, kind: fits.length > 1 ? "overlap" : "plain", change };
}

export function formatIn(zone: string, at: number): string {
  return new Date(at).toLocaleString("en-GB", { dateStyle: "full", timeStyle: "short", timeZone: zone });
}

export const ownZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;

export function allZones(): readonly string[] {
  const zones = Intl.supportedValuesOf("timeZone");
  return [...new Set([ownZone(), "UTC", ...zones])];
}

/** `2026-10-25T09:00`, as a control of local time wants it. */
export function localText(at: number, zone: string): string {
  return new Date(at + offsetAt(zone, at) * 60_000).toISOString().slice(0, 16);
}
