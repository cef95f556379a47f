import { compareCodePoints } from "../../model/code-points.js";
import { type Day, PERIOD_UNITS, type Period, periodOf, type ZoneDays, zoneDays } from "../../model/figures/calendar.js";
import { Cohorts } from "../../model/figures/cohorts.js";
import { PeriodFigures } from "../../model/figures/period-figures.js";
import { ProductSales } from "../../model/figures/product-sales.js";
import { type Figure, STALE_HOUR_MS, type StaleMark } from "../../ports/figures.js";
import type { EngineParts } from "../engine-parts.js";
import { type KeptFigures, keptFigures } from "./kept-figures.js";
import { keepZone, readKeptZone } from "./kept-zone.js";
import { ordersSubject } from "./recipient-orders.js";

const LEASE = "figures";
/** Marks that are settled in one pass. */
const MARKS = 5_000;
const PAGE_ROWS = 2_000;
/** Hours of a mark that is left here: one is settled as a whole. */
const HOURS_OF_A_MARK = 1_000;
/** More than this process's idea of the store's clock, by which marks are dated, can be behind. */
const CLOCKS_APART_MS = 1_000;
/** Computing takes at most this share of the time, in all workers together, so that an import goes on beside it. */
const SHARE = 1 / 3;

type Parts = Pick<EngineParts, "store" | "context" | "leaseMs" | "elapsed" | "clock">;

/**
 * Computes again, from their orders, the days that are marked as stale, and the weeks and months around them; one process at a time, under a
 * lease. A mark goes when all its days were computed after it was read, so that whatever dies in between is done again. True when
 * something was computed.
 */
export async function mendFigures(parts: Parts): Promise<boolean> {
  const { store, context, elapsed } = parts;
  if ((await store.figures.marks(1)).length === 0 && (await isSettled(parts))) return false;
  const epoch = await store.leases.acquire(LEASE, parts.leaseMs);
  if (epoch === undefined) return false;
  const begun = elapsed();
  try {
    await mend(parts, { epoch, days: zoneDays(context.timeZone), kept: keptFigures(store.figures, context.timeZone) });
    return true;
  } finally {
    const pauseMs = Math.round((elapsed() - begun) * (1 / SHARE - 1));
    // Held on to, so that no other process goes on at once.
    if (pauseMs > 0) await store.leases.renew(LEASE, epoch, pauseMs);
    else await store.leases.release(LEASE, epoch);
  }
}

interface Pass {
  readonly epoch: number;
  readonly days: ZoneDays;
  readonly kept: KeptFigures;
}

async function isSettled({ store, context }: Parts): Promise<boolean> {
  const zone = await readKeptZone(store.figures);
  return zone?.timeZone === context.timeZone && zone.isComplete;
}

async function mend(parts: Parts, pass: Pass): Promise<void> {
  const { store } = parts;
  await beginZone(parts, pass.epoch);
  const marks = await store.figures.marks(MARKS);
  const days = daysOf(marks, pass.days);
  for (const day of days) {
    if (!(await store.leases.renew(LEASE, pass.epoch, parts.leaseMs))) return;
    await store.figures.keep(await computeDay(parts, pass, periodOf("day", day)), pass.epoch);
  }
  for (const period of around(days)) {
    if (!(await store.leases.renew(LEASE, pass.epoch, parts.leaseMs))) return;
    await store.figures.keep(await mergeDays(pass, period), pass.epoch);
  }
  await store.figures.touch([...new Set(marks.flatMap((mark) => mark.hours.map(ordersSubject)))]);
  await store.figures.settle(marks.map(({ id }) => id));
  await completeZone(parts, pass.epoch);
}

/** The days in which a mark's hours lie: an hour is in two where a zone's midnight is within it. */
function daysOf(marks: readonly StaleMark[], { dayOf }: ZoneDays): readonly Day[] {
  const hours = new Set(marks.flatMap((mark) => mark.hours));
  const days = new Set<Day>();
  for (const hour of hours) {
    days.add(dayOf(hour * STALE_HOUR_MS));
    days.add(dayOf((hour + 1) * STALE_HOUR_MS - 1));
  }
  return [...days].sort();
}

/** The weeks and months of these days. */
function around(days: readonly Day[]): readonly Period[] {
  const periods = PERIOD_UNITS.filter((unit) => unit !== "day").flatMap((unit) => days.map((day) => periodOf(unit, day)));
  return [...new Map(periods.map((period) => [`${period.unit} ${period.from}`, period])).values()];
}

async function computeDay({ store }: Parts, { days, kept }: Pass, day: Period): Promise<readonly Figure[]> {
  const time = { from: days.startOf(day.from), to: days.startOf(day.to) };
  const [orders, cohorts, products] = [new PeriodFigures(), new Cohorts(), new ProductSales()];
  let cursor: string | null | undefined;
  do {
    const page = await store.orders.links(time, { limit: PAGE_ROWS, ...(cursor ? { cursor } : {}) });
    for (const link of page.items) {
      orders.add(link, days);
      cohorts.add(link, days);
    }
    cursor = page.nextCursor;
  } while (cursor);
  const names = new Map<string, string>();
  for (const { type, lines, ...item } of await store.orders.lines(time)) {
    products.add(item, type === "refund" ? -lines : lines);
    // Of several names on one day the same one in every store.
    if (item.name !== undefined && compareCodePoints(item.name, names.get(item.sku) ?? "") > 0) names.set(item.sku, item.name);
  }
  return kept.record(day, { orders, cohorts, products, names });
}

async function mergeDays({ kept }: Pass, period: Period): Promise<readonly Figure[]> {
  const [orders, cohorts, products] = [new PeriodFigures(), new Cohorts(), new ProductSales()];
  for (const day of (await kept.orders("day", period)).values()) orders.merge(day);
  for (const day of (await kept.cohorts("day", period)).values()) cohorts.merge(day);
  for (const day of (await kept.products("day", period)).values()) products.merge(day);
  const names = new Map<string, string>();
  for (const day of (await kept.names("day", period)).values()) for (const [sku, name] of day) names.set(sku, name);
  return kept.record(period, { orders, cohorts, products, names });
}

/** In a zone of which nothing is kept all hours with orders are stale. */
async function beginZone({ store, context, clock }: Parts, epoch: number): Promise<void> {
  const { timeZone } = context;
  if ((await readKeptZone(store.figures))?.timeZone === timeZone) return;
  const everything = { from: Number.MIN_SAFE_INTEGER, to: Number.MAX_SAFE_INTEGER };
  const first = (await store.orders.links(everything, { limit: 1 })).items[0]?.placedAt;
  const last = (await store.orders.list({}, { limit: 1 })).items[0]?.placedAt;
  if (first !== undefined && last !== undefined) {
    const end = Math.floor(last / STALE_HOUR_MS) + 1;
    for (let hour = Math.floor(first / STALE_HOUR_MS); hour < end; hour += HOURS_OF_A_MARK) {
      const length = Math.min(HOURS_OF_A_MARK, end - hour);
      await store.figures.mark(Array.from({ length }, (_, index) => hour + index));
    }
  }
  const since = (await clock()) + CLOCKS_APART_MS;
  await keepZone(store.figures, { timeZone, since, isComplete: false }, epoch);
}

/** All is computed when no mark is left of the time when that was begun. */
async function completeZone({ store }: Parts, epoch: number): Promise<void> {
  const zone = await readKeptZone(store.figures);
  if (!zone || zone.isComplete) return;
  const [oldest] = await store.figures.marks(1);
  if (oldest === undefined || oldest.at > zone.since) await keepZone(store.figures, { ...zone, isComplete: true }, epoch);
}
