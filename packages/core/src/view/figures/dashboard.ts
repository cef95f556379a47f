import { z } from "zod";
import { CAMPAIGN_STATUSES } from "../../model/campaign.js";
import { CHANNELS } from "../../model/channel.js";
import type { EdgeContext } from "../../model/edge.js";
import { addDays, type Day } from "../../model/figures/calendar.js";
import { addDeliveries, type Deliveries, NO_DELIVERIES } from "../../model/figures/deliveries.js";
import { findingViewSchema } from "../health/finding.js";
import { waitingViewSchema } from "../health/waiting.js";
import { instantViewSchema } from "../instant.js";
import { type View, viewSchema } from "../view.js";
import { deliveriesSchema, deliveryDaySchema } from "./campaign-report.js";
import { orderPeriodViewSchema, type PeriodOfOrders, viewPeriod } from "./order-analytics.js";

const countsSchema = z.object({
  total: z.int(),
  pending: z.int(),
  claimed: z.int(),
  sent: z.int(),
  delivered: z.int(),
  bounced: z.int(),
  failed: z.int(),
  skipped: z.int(),
  unknown: z.int(),
});

const campaignSchema = z.object({
  id: z.string(),
  name: z.string(),
  status: z.enum(CAMPAIGN_STATUSES),
  reason: z.string().optional(),
  channel: z.enum(CHANNELS),
  scheduledAt: instantViewSchema.optional(),
  updatedAt: instantViewSchema,
  waitsFor: waitingViewSchema.optional(),
  counts: countsSchema.optional().meta({ description: "The eight states, which add up to total; not of a draft." }),
});

const deliveryRange = z.object({
  from: z.iso.date(),
  to: z.iso.date(),
  totals: deliveriesSchema,
  days: z.array(deliveryDaySchema),
});

const schema = z
  .object({
    asOf: instantViewSchema.meta({ description: "All orders that were stored before are in the figures of orders." }),
    complete: z.boolean().meta({ description: "False while figures of orders are computed for the first time." }),
    timeZone: z.string(),
    currency: z.string(),
    needsHand: z.array(findingViewSchema).meta({ description: "What is wrong, or will be: as `GET /api/findings`." }),
    customers: z.object({ count: z.int() }),
    orders: z.object({
      totals: orderPeriodViewSchema,
      days: z.array(orderPeriodViewSchema),
      before: z.object({ totals: orderPeriodViewSchema, days: z.array(orderPeriodViewSchema) }),
    }),
    deliveries: deliveryRange.extend({
      before: deliveryRange,
      complaints: z.object({
        count: z.int(),
        base: z.int().meta({ description: "Messages that were delivered on these days." }),
        rate: z.number().nullable().meta({
          description: "Count by base; null of nothing. Mailbox providers want less than 0.001, and refuse mail from 0.003 on.",
        }),
      }),
    }),
    campaigns: z.object({
      active: z.int().meta({ description: "Planning, running or paused." }),
      running: z.array(campaignSchema).meta({ description: "Those; at most ten, the newest first." }),
      scheduled: z.array(campaignSchema).meta({ description: "The next five to start." }),
      recent: z.array(campaignSchema).meta({ description: "The five newest of all others." }),
    }),
    segments: z
      .array(z.object({ id: z.string(), name: z.string(), updatedAt: instantViewSchema }))
      .meta({ description: "The five newest." }),
  })
  .meta({ id: "Dashboard" });

/** All that a first screen shows. */
export interface Dashboard extends View<z.output<typeof schema>> {}
export const dashboardViewSchema: z.ZodType<Dashboard> = viewSchema(schema);

export interface Range<T> {
  readonly totals: T;
  readonly days: readonly T[];
}

export function viewOrderRange({ totals, days }: Range<PeriodOfOrders>, context: EdgeContext) {
  return { totals: viewPeriod(totals, context), days: days.map((day) => viewPeriod(day, context)) };
}

/** Each day of the range, also those on which nothing was seen. */
export function viewDeliveryRange(
  all: Iterable<ReadonlyMap<Day, Deliveries>>,
  { from, to }: { readonly from: Day; readonly to: Day },
) {
  const byDay = new Map<Day, Deliveries>();
  for (const days of all) {
    for (const [day, seen] of days)
      if (from <= day && day < to) byDay.set(day, addDeliveries(byDay.get(day) ?? NO_DELIVERIES, seen));
  }
  const days: (Deliveries & { readonly day: Day })[] = [];
  for (let day = from; day < to; day = addDays(day, 1)) days.push({ day, ...(byDay.get(day) ?? NO_DELIVERIES) });
  return { from, to, totals: [...byDay.values()].reduce(addDeliveries, NO_DELIVERIES), days };
}
