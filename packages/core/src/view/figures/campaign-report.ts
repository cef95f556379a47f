import { z } from "zod";
import { CAMPAIGN_STATUSES, type StoredCampaign } from "../../model/campaign.js";
import { CHANNELS } from "../../model/channel.js";
import type { CampaignCounts } from "../../model/communication-log.js";
import type { EdgeContext } from "../../model/edge.js";
import type { Day } from "../../model/figures/calendar.js";
import type { Deliveries } from "../../model/figures/deliveries.js";
import { formatInstant, type Instant } from "../../model/instant.js";
import { RECEIPT_STATUSES } from "../../model/receipt.js";
import { recordOf } from "../../model/record-of.js";
import type { RecipientOrders, TimeSpan } from "../../ports/orders.js";
import { viewCampaignStats } from "../campaign-stats.js";
import { instantViewSchema } from "../instant.js";
import { type View, viewSchema } from "../view.js";
import { exactSchema, viewSum } from "./decimal.js";

/** Each stage, and the one that it is a part of. Many vendors confirm no delivery, so that what people did is measured by what was sent. */
const FUNNEL = [
  ["recipients", undefined],
  ["skipped", "recipients"],
  ["failed", "recipients"],
  ["unknown", "recipients"],
  ["waiting", "recipients"],
  ["sent", "recipients"],
  ["bounced", "sent"],
  ["delivered", "sent"],
  ["opened", "sent"],
  ["clicked", "sent"],
  ["complained", "sent"],
  ["unsubscribed", "sent"],
] as const;
type Stage = (typeof FUNNEL)[number][0];
const STAGES = FUNNEL.map(([stage]) => stage);

const stage = z.object({
  stage: z.enum(STAGES),
  count: z.int(),
  of: z.enum(STAGES).optional(),
  base: z.int().optional().meta({
    description: "The count of the stage that it is a part of, or its own where that is higher, as after a late bounce.",
  }),
  rate: z.number().nullable().meta({ description: "Count by base, from 0 to 1; null of nothing." }),
});

export const deliveriesSchema = z.object(recordOf(RECEIPT_STATUSES, () => z.int()));
export const deliveryDaySchema = deliveriesSchema.extend({ day: z.iso.date() }).meta({ id: "DeliveryDay" });

const windowSchema = z.object({
  from: instantViewSchema,
  to: instantViewSchema,
  complete: z.boolean().meta({ description: "False while the time is not over." }),
  customers: z.int().meta({ description: "Recipients who purchased." }),
  purchases: z.int(),
  purchased: exactSchema,
  refunds: z.int(),
  refunded: exactSchema,
  revenue: exactSchema.meta({ description: "Purchased less refunded." }),
});

const schema = z
  .object({
    campaign: z.object({
      id: z.string(),
      name: z.string(),
      status: z.enum(CAMPAIGN_STATUSES),
      channel: z.enum(CHANNELS),
      startedAt: instantViewSchema.optional(),
      endedAt: instantViewSchema.optional(),
    }),
    asOf: instantViewSchema.meta({ description: "When the rows were counted." }),
    timeZone: z.string(),
    currency: z.string(),
    funnel: z.array(stage).meta({ description: "From the same counts as the stats. Waiting: pending or claimed." }),
    failedBy: z.array(
      z.object({
        reason: z.string(),
        count: z.int(),
        exampleId: z.string().optional().meta({ description: "A row of the log." }),
      }),
    ),
    skippedBy: z.array(z.object({ reason: z.string(), count: z.int() })),
    timeline: z.array(z.object({ at: instantViewSchema, sent: z.int(), delivered: z.int(), failed: z.int() })),
    days: z.array(deliveryDaySchema).meta({ description: "What was first seen of messages on each day." }),
    audienceOrders: z
      .object({ asOf: instantViewSchema, windowDays: z.int(), after: windowSchema, before: windowSchema })
      .optional()
      .meta({
        description:
          "Orders of those to whom a vendor took the message, in a time from the campaign's start on, beside as long a time before it. It is a count: that they came after the message does not say that they came by it.",
      }),
  })
  .meta({ id: "CampaignReport" });

/** What became of a campaign, and of its recipients' orders. */
export interface CampaignReport extends View<z.output<typeof schema>> {}
export const campaignReportViewSchema: z.ZodType<CampaignReport> = viewSchema(schema);

export interface OrdersWindow {
  readonly time: TimeSpan;
  readonly of: RecipientOrders;
}

export interface ReportFigures {
  readonly asOf: Instant;
  readonly counts: CampaignCounts;
  readonly days: ReadonlyMap<Day, Deliveries>;
  /** A log row's id by the reason of its failure. */
  readonly examples: ReadonlyMap<string, string>;
  readonly orders?: {
    readonly asOf: Instant;
    readonly now: Instant;
    readonly windowDays: number;
    readonly after: OrdersWindow;
    readonly before: OrdersWindow;
  };
}

export function viewCampaignReport(campaign: StoredCampaign, figures: ReportFigures, context: EdgeContext): CampaignReport {
  const { id, name, status, message } = campaign;
  const { counts, orders } = figures;
  const [startedAt, endedAt] = [startOf(campaign), endOf(campaign)];
  const { timeline } = viewCampaignStats(counts);
  return {
    campaign: {
      id,
      name,
      status,
      channel: message.channel,
      ...(startedAt === undefined ? {} : { startedAt: formatInstant(startedAt) }),
      ...(endedAt === undefined ? {} : { endedAt: formatInstant(endedAt) }),
    },
    asOf: formatInstant(figures.asOf),
    timeZone: context.timeZone,
    currency: context.currency,
    funnel: viewFunnel(counts),
    failedBy: byCount(counts.failedBy).map((failure) => ({ ...failure, ...exampleOf(figures, failure.reason) })),
    skippedBy: byCount(counts.skippedBy),
    timeline,
    days: viewDays(figures.days),
    ...(orders === undefined
      ? {}
      : {
          audienceOrders: {
            asOf: formatInstant(orders.asOf),
            windowDays: orders.windowDays,
            after: viewWindow(orders.after, orders.now, context),
            before: viewWindow(orders.before, orders.now, context),
          },
        }),
  };
}

/** When it was first launched, or started by its schedule. */
export function startOf({ history }: Pick<StoredCampaign, "history">): Instant | undefined {
  return history.find(({ to }) => to === "planning")?.at;
}

function endOf({ history, status }: StoredCampaign): Instant | undefined {
  const last = history.at(-1);
  return last && last.to === status && (["completed", "cancelled", "failed"] as const).some((end) => end === status)
    ? last.at
    : undefined;
}

export function viewDays(days: ReadonlyMap<Day, Deliveries>): readonly (Deliveries & { readonly day: Day })[] {
  return [...days].map(([day, deliveries]) => ({ day, ...deliveries }));
}

function viewFunnel(counts: CampaignCounts): CampaignReport["funnel"] {
  const { skipped, failed, unknown, bounced, delivered, opened, clicked, complained, unsubscribed } = counts;
  const all: Readonly<Record<Stage, number>> = {
    recipients: counts.total,
    ...{ skipped, failed, unknown, bounced, delivered, opened, clicked, complained, unsubscribed },
    waiting: counts.pending + counts.claimed,
    sent: counts.sent + delivered + bounced,
  };
  return FUNNEL.map(([name, of]) => {
    const count = all[name];
    if (of === undefined) return { stage: name, count, rate: null };
    const base = Math.max(all[of], count);
    return { stage: name, count, of, base, rate: base === 0 ? null : count / base };
  });
}

function byCount(reasons: Readonly<Record<string, number>>): readonly { readonly reason: string; readonly count: number }[] {
  return Object.entries(reasons)
    .map(([reason, count]) => ({ reason, count }))
    .sort((a, b) => b.count - a.count || (a.reason < b.reason ? -1 : 1));
}

function exampleOf({ examples }: ReportFigures, reason: string): { readonly exampleId?: string } {
  const exampleId = examples.get(reason);
  return exampleId === undefined ? {} : { exampleId };
}

function viewWindow({ time, of }: OrdersWindow, now: Instant, context: EdgeContext) {
  const { customers, purchases, purchased, refunds, refunded } = of;
  return {
    from: formatInstant(time.from),
    to: formatInstant(time.to),
    complete: time.to <= now,
    customers,
    purchases,
    purchased: viewSum(purchased, context),
    refunds,
    refunded: viewSum(refunded, context),
    revenue: viewSum(purchased - refunded, context),
  };
}
