import type { SegmentAnalyticsQuery, SegmentsApi } from "../../engine/segments.js";
import { CrmError, invalid, notFound } from "../../errors.js";
import { addDays, periodOf, zoneDays } from "../../model/figures/calendar.js";
import type { Instant } from "../../model/instant.js";
import type { PinnedSegments, StoredSegment } from "../../model/segment.js";
import type { QueryOptions } from "../../ports/customers.js";
import type { Condition } from "../../query/condition/condition.js";
import { lowerRule } from "../../query/lower-rule.js";
import { type SegmentAnalytics, type SegmentFigures, viewSegmentAnalytics } from "../../view/figures/segment-analytics.js";
import type { EngineParts } from "../engine-parts.js";
import { campaignsNaming, directReferrers, requireReferences } from "../segments/referenced-segments.js";
import { ruleContext } from "../segments/rule-context.js";
import { readAsOf } from "../segments/rule-request.js";
import { SharedRuns } from "../segments/shared-runs.js";
import { keptFigures, namesOf, type ProductNames } from "./kept-figures.js";
import { PROFILE_LADDER, profileBounds } from "./profile-ladder.js";

const EVERYONE: Condition = { kind: "all", of: [] };
/** Equal questions that come within the same interval of this length share a run while it is under way. */
const SHARED_MS = 1_000;
const TOP_PRODUCTS = 10;
/** How far back from the newest order names of products are looked for. */
const NAMED_DAYS = 3 * 365;
const USERS_LISTED = 20;
const NOT_OVER = ["draft", "scheduled", "planning", "running", "paused"] as const;

/** A segment with what its rule refers to, as both are now. */
interface Resolved {
  readonly segment: StoredSegment;
  readonly segments: PinnedSegments;
}

export function createSegmentAnalytics(parts: EngineParts): SegmentsApi["analytics"] {
  const { store, clock, context, analyticsTimeoutMs } = parts;
  const runs = new SharedRuns<SegmentFigures>();
  const resolve = async (segment: StoredSegment): Promise<Resolved> => ({
    segment,
    segments: await requireReferences(segment.rule, parts, segment.id),
  });
  return async (id, query = {}, { signal } = {}) => {
    const segment = await store.segments.get(id);
    if (!segment) throw notFound("segment", id);
    const own = await resolve(segment);
    const other = await otherOf(query, parts);
    const asked = { own, other: other && (await resolve(other)), asOf: await readAsOf(query.asOf, parts) };
    const time = query.asOf === undefined ? `now ${Math.floor((await clock()) / SHARED_MS)}` : asked.asOf;
    const key = JSON.stringify([time, own, asked.other]);
    const figures = await runs.join(
      key,
      (stop) => withinTime(analyticsTimeoutMs, stop, (until) => figure(asked, until, parts)),
      signal,
    );
    return viewSegmentAnalytics(figures, context);
  };
}

async function otherOf({ with: id }: SegmentAnalyticsQuery, { store }: EngineParts): Promise<StoredSegment | undefined> {
  if (id === undefined) return undefined;
  const other = await store.segments.get(id);
  if (!other) throw invalid([{ path: "with", message: `there is no segment with the id ${JSON.stringify(id)}` }]);
  return other;
}

interface Asked {
  readonly own: Resolved;
  readonly other: Resolved | undefined;
  readonly asOf: Instant;
}

/** One query after another, so that an estimate need not wait for all of them. */
async function figure({ own, other, asOf }: Asked, signal: AbortSignal, parts: EngineParts): Promise<SegmentFigures> {
  const { store, context } = parts;
  const { segment } = own;
  const timeZone = segment.timeZone ?? context.timeZone;
  const options: QueryOptions = { signal };
  const condition = conditionOf(own, asOf, parts);
  const bounds = profileBounds(PROFILE_LADDER, { now: asOf, timeZone });
  const profile = {
    segment: await store.customers.profile(condition, bounds, options),
    everyone: await store.customers.profile(EVERYONE, bounds, options),
  };
  const products = await store.orders.products(condition, { top: TOP_PRODUCTS }, options);
  const skus = products.map(({ sku }) => sku);
  const everyones = await store.orders.products(EVERYONE, { skus }, options);
  const overlap = other && (await overlapOf(condition, conditionOf(other, asOf, parts), options, parts));
  const names = await productNames(skus, parts);
  return {
    asOf,
    timeZone,
    segment,
    profile,
    ladder: PROFILE_LADDER,
    products: products.map((product, place) => ({
      sku: product.sku,
      name: names.get(product.sku),
      segment: product,
      everyone: everyones[place] ?? product,
    })),
    ...(other && overlap ? { overlap: { with: other.segment, ...overlap } } : {}),
    usedBy: await usersOf(segment.id, parts),
  };
}

/** In its own zone. */
function conditionOf({ segment: { rule, timeZone }, segments }: Resolved, now: Instant, parts: EngineParts): Condition {
  return lowerRule(rule, ruleContext(parts, { now, timeZone, segments }));
}

async function overlapOf(one: Condition, other: Condition, options: QueryOptions, { store: { customers } }: EngineParts) {
  return {
    other: await customers.count(other, options),
    both: await customers.count({ kind: "all", of: [one, other] }, options),
  };
}

async function productNames(skus: readonly string[], { store, context }: EngineParts): Promise<ProductNames> {
  const newest = skus.length > 0 ? (await store.orders.list({}, { limit: 1 })).items[0] : undefined;
  if (!newest) return new Map();
  const { to } = periodOf("month", zoneDays(context.timeZone).dayOf(newest.placedAt));
  return namesOf(keptFigures(store.figures, context.timeZone), { from: addDays(to, -NAMED_DAYS), to }, skus);
}

async function usersOf(id: string, parts: EngineParts): Promise<SegmentAnalytics["usedBy"]> {
  const campaigns = (await campaignsNaming(id, NOT_OVER, parts)).map(({ id: of, name, status }) => ({ id: of, name, status }));
  const segments = (await directReferrers(id, parts)).map(({ id: of, name }) => ({ id: of, name }));
  return { campaigns: newestOf(campaigns), segments: newestOf(segments) };
}

/** Of what comes oldest first. */
function newestOf<T>(all: readonly T[]): { readonly total: number; readonly items: readonly T[] } {
  return { total: all.length, items: all.toReversed().slice(0, USERS_LISTED) };
}

async function withinTime<T>(limitMs: number, signal: AbortSignal, work: (until: AbortSignal) => Promise<T>): Promise<T> {
  const timeout = AbortSignal.timeout(limitMs);
  try {
    return await work(AbortSignal.any([signal, timeout]));
  } catch (error) {
    if (signal.aborted || !timeout.aborted) throw error;
    throw new CrmError(
      "unavailable",
      `The store did not compute this segment's figures within ${limitMs} ms. Ask again when it has less to do, without another segment, or for a segment of fewer customers; POST /api/segments/estimate says sooner how many there are.`,
      { cause: error },
    );
  }
}
