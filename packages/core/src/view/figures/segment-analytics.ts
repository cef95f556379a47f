import { z } from "zod";
import { CAMPAIGN_STATUSES } from "../../model/campaign.js";
import type { EdgeContext } from "../../model/edge.js";
import type { CustomerProfile, ProfileMeasure } from "../../model/figures/customer-profile.js";
import type { ProductSums, SoldProduct } from "../../model/figures/product-sales.js";
import { formatInstant, type Instant } from "../../model/instant.js";
import { fromMinorUnits, type MinorUnits } from "../../model/money.js";
import type { StoredSegment } from "../../model/segment.js";
import { instantViewSchema } from "../instant.js";
import { type View, viewSchema } from "../view.js";
import { exactSchema, viewDecimal, viewMean, viewShare, viewSum } from "./decimal.js";

const both = <T extends z.ZodType>(of: T) => z.object({ segment: of, everyone: of });
const counts = both(z.int());
const named = z.object({ id: z.string(), name: z.string() });
const versioned = named.extend({ version: z.int() });

const valueBuckets = z
  .array(counts.extend({ from: z.number().optional(), to: z.number().optional() }))
  .meta({ description: "From a value, up to another; the first may have no beginning, and the last has no end." });
const ageBuckets = z.object({
  buckets: z
    .array(
      counts.extend({
        from: z.int().optional().meta({ description: "More than so many days ago; without it, after `asOf`." }),
        to: z.int().optional().meta({ description: "At most so many days ago." }),
      }),
    )
    .meta({ description: "The latest first." }),
  never: counts.meta({ description: "Who never purchased." }),
});

const sums = z.object({
  quantity: exactSchema.meta({ description: "Bought less given back." }),
  revenue: exactSchema.meta({ description: "Quantities times prices." }),
  share: z.number().nullable().meta({ description: "Revenue by `spend`; null where nothing was spent." }),
});

const usedBy = z.object({
  campaigns: z
    .object({ total: z.int(), items: z.array(named.extend({ status: z.enum(CAMPAIGN_STATUSES) })) })
    .meta({ description: "Campaigns that are not over and choose or exclude it; the newest, at most twenty." }),
  segments: z
    .object({ total: z.int(), items: z.array(named) })
    .meta({ description: "Segments whose rule refers to it; the newest, at most twenty." }),
});

const schema = z
  .object({
    asOf: instantViewSchema.meta({ description: "The rule's now, and the day from which days are counted; the data is of now." }),
    timeZone: z.string().meta({ description: "The segment's." }),
    currency: z.string(),
    segment: versioned,
    customers: counts,
    spend: both(exactSchema).meta({ description: "What they purchased less what was refunded." }),
    averageSpend: both(exactSchema.nullable()).meta({ description: "Spend by customer; null of nobody." }),
    distributions: z.object({
      totalSpend: valueBuckets,
      orderCount: valueBuckets,
      daysSinceLastOrder: ageBuckets,
      daysSinceFirstOrder: ageBuckets,
    }),
    topProducts: z
      .array(both(sums).extend({ sku: z.string(), name: z.string().optional().meta({ description: "As it was called last." }) }))
      .meta({ description: "The segment's ten by revenue, beside what everyone bought of the same." }),
    overlap: z
      .object({ with: versioned, segment: z.int(), other: z.int(), both: z.int() })
      .optional()
      .meta({ description: "How many are in this segment, in the other, and in both; where another was given." }),
    usedBy,
  })
  .meta({ id: "SegmentAnalytics" });

/** Who is in a segment, beside everyone. */
export interface SegmentAnalytics extends View<z.output<typeof schema>> {}
export const segmentAnalyticsViewSchema: z.ZodType<SegmentAnalytics> = viewSchema(schema);

export interface Both<T> {
  readonly segment: T;
  readonly everyone: T;
}

/** What is put together for an answer. */
export interface SegmentFigures extends Pick<SegmentAnalytics, "usedBy" | "timeZone"> {
  readonly asOf: Instant;
  readonly segment: StoredSegment;
  readonly profile: Both<CustomerProfile>;
  readonly ladder: ProfileLadder;
  readonly products: readonly (Both<ProductSums> & Pick<SoldProduct, "sku"> & { readonly name: string | undefined })[];
  readonly overlap?: { readonly with: StoredSegment; readonly other: number; readonly both: number };
}

/** What the bounds of a profile stand for. */
export interface ProfileLadder {
  readonly spend: readonly MinorUnits[];
  readonly orders: readonly number[];
  /** Days before `asOf`, descending as the bounds ascend. */
  readonly days: readonly number[];
}

export function viewSegmentAnalytics(figures: SegmentFigures, context: EdgeContext): SegmentAnalytics {
  const { asOf, timeZone, segment, profile, ladder, products, overlap, usedBy } = figures;
  const spend = ladder.spend.map((bound) => fromMinorUnits(bound, context.currencyDecimals));
  const shown = ({ quantity, revenue }: ProductSums, { totalSpend }: CustomerProfile) => ({
    quantity: viewDecimal(quantity),
    revenue: viewDecimal(revenue),
    share: viewShare(revenue, { coefficient: totalSpend, scale: context.currencyDecimals }),
  });
  return {
    asOf: formatInstant(asOf),
    timeZone,
    currency: context.currency,
    segment: viewNamed(segment),
    customers: bothOf(profile, ({ count }) => count),
    spend: bothOf(profile, ({ totalSpend }) => viewSum(totalSpend, context)),
    averageSpend: bothOf(profile, ({ totalSpend, count }) => viewMean(totalSpend, count, context)),
    distributions: {
      totalSpend: viewValues(profile, "totalSpend", spend),
      orderCount: viewValues(profile, "orderCount", ladder.orders),
      daysSinceLastOrder: viewAges(profile, "lastOrderAt", ladder.days),
      daysSinceFirstOrder: viewAges(profile, "firstOrderAt", ladder.days),
    },
    topProducts: products.map(({ sku, name, segment: own, everyone }) => ({
      sku,
      ...(name === undefined ? {} : { name }),
      segment: shown(own, profile.segment),
      everyone: shown(everyone, profile.everyone),
    })),
    ...(overlap
      ? {
          overlap: {
            with: viewNamed(overlap.with),
            segment: profile.segment.count,
            other: overlap.other,
            both: overlap.both,
          },
        }
      : {}),
    usedBy,
  };
}

function bothOf<T, V>({ segment, everyone }: Both<T>, value: (of: T) => V): Both<V> {
  return { segment: value(segment), everyone: value(everyone) };
}

function viewNamed({ id, name, version }: StoredSegment) {
  return { id, name, version };
}

function viewValues(profile: Both<CustomerProfile>, measure: ProfileMeasure, bounds: readonly number[]) {
  return occupied(profile, measure).map(([index, customers]) => {
    const [from, to] = [bounds[index - 1], bounds[index]];
    return { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }), ...customers };
  });
}

function viewAges(profile: Both<CustomerProfile>, measure: ProfileMeasure, days: readonly number[]) {
  const buckets = occupied(profile, measure).map(([index, customers]) => {
    const [from, to] = [days[index], days[index - 1]];
    return { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }), ...customers };
  });
  return { buckets: buckets.reverse(), never: bothOf(profile, (of) => of.count - total(of.buckets[measure])) };
}

/** From the first bucket in which there is anybody to the last. */
function occupied(profile: Both<CustomerProfile>, measure: ProfileMeasure): (readonly [index: number, Both<number>])[] {
  const all = profile.everyone.buckets[measure].map(
    (_, index) => [index, bothOf(profile, ({ buckets }) => buckets[measure][index] ?? 0)] as const,
  );
  const isOccupied = ([, { segment, everyone }]: readonly [number, Both<number>]) => segment > 0 || everyone > 0;
  const first = all.findIndex(isOccupied);
  return first < 0 ? [] : all.slice(first, all.findLastIndex(isOccupied) + 1);
}

function total(buckets: readonly number[]): number {
  return buckets.reduce((sum, customers) => sum + customers, 0);
}
