import type { Engine } from "../../engine/index.js";
import { invalid } from "../../errors.js";
import { isOver, type StoredCampaign } from "../../model/campaign.js";
import { addDays, zoneDays } from "../../model/figures/calendar.js";
import type { Deliveries } from "../../model/figures/deliveries.js";
import { formatInstant } from "../../model/instant.js";
import { readWhole } from "../../ports/page.js";
import type { Condition } from "../../query/condition/condition.js";
import { type Dashboard, viewDeliveryRange, viewOrderRange } from "../../view/figures/dashboard.js";
import type { Finding } from "../../view/health/finding.js";
import { viewWaiting } from "../../view/health/waiting.js";
import type { EngineParts } from "../engine-parts.js";
import type { Waits } from "../health/waits.js";
import type { CampaignFiguresReader } from "./campaign-figures.js";
import { freshness } from "./freshness.js";
import { type DayRange, keptFigures, ordersOf } from "./kept-figures.js";
import { rangeBefore } from "./order-analytics.js";
import { salesByPeriod } from "./sales-by-period.js";

const DAYS = 30;
const MAX_DAYS = 200;
const RUNNING = 10;
const LISTED = 5;
const ACTIVE = ["planning", "running", "paused"] as const;
const OVER = ["completed", "cancelled", "failed"] as const;
const EVERYONE: Condition = { kind: "all", of: [] };
/** The number of customers is kept for so many times as long as counting took, and for no longer than this; none is not kept: whoever adds the first sees them at once. */
const KEPT_TIMES = 20;
const MOST_KEPT_MS = 10_000;

interface DashboardParts {
  readonly waits: Waits;
  readonly figures: CampaignFiguresReader;
  readonly findings: () => Promise<readonly Finding[]>;
}

export function createDashboard(parts: EngineParts, { waits, figures, findings }: DashboardParts): Engine["dashboard"] {
  const { store, context, clock, elapsed } = parts;
  const zone = zoneDays(context.timeZone);
  const kept = keptFigures(store.figures, context.timeZone);
  const customers = countedSparingly(elapsed, () => store.customers.count(EVERYONE));

  const orders = async (days: DayRange) => {
    const totals = { ...days, summary: (await ordersOf(kept, days)).summary(days) };
    return viewOrderRange({ totals, days: await salesByPeriod(kept, "day", days) }, context);
  };
  const shown = async (campaign: StoredCampaign): Promise<Dashboard["campaigns"]["recent"][number]> => {
    const { id, name, status, reason, message, schedule, updatedAt } = campaign;
    return {
      ...{ id, name, status, channel: message.channel, updatedAt: formatInstant(updatedAt) },
      ...(reason === undefined ? {} : { reason }),
      ...(schedule === undefined ? {} : { scheduledAt: formatInstant(schedule.at) }),
      ...viewWaiting(await waits.ofCampaign(campaign)),
      ...(status === "draft" || status === "scheduled" ? {} : { counts: await countsOf(campaign) }),
    };
  };
  const countsOf = async (campaign: StoredCampaign) => {
    const { total, pending, claimed, sent, delivered, bounced, failed, skipped, unknown } = (await figures.of(campaign)).counts;
    return { total, pending, claimed, sent, delivered, bounced, failed, skipped, unknown };
  };
  const found = async (ids: readonly string[]): Promise<readonly StoredCampaign[]> =>
    (await Promise.all(ids.map((id) => store.campaigns.get(id)))).filter((campaign) => campaign !== undefined);

  return async ({ days: length = DAYS } = {}) => {
    if (!Number.isInteger(length) || length < 1 || length > MAX_DAYS) {
      throw invalid([{ path: "days", message: `must be a whole number from 1 to ${MAX_DAYS}` }]);
    }
    const { asOf, isComplete } = await freshness(parts);
    const end = addDays(zone.dayOf(await clock()), 1);
    const days = { from: addDays(end, -length), to: end };
    const before = rangeBefore(days);
    const active = await readWhole((page) => store.campaigns.findIds(ACTIVE, page));
    const over = await readWhole((page) => store.campaigns.findIds(OVER, page));
    const all = [...(await found(active)), ...over.map((id) => ({ id, status: "completed" as const }))];
    const seen = [...(await figures.days(all)).values()];
    const deliveries = viewDeliveryRange(seen, days);
    const scheduled = (await store.campaigns.findScheduled(Number.MAX_SAFE_INTEGER, { limit: LISTED })).items;
    const newest = (await store.campaigns.find({ archived: false }, { limit: RUNNING + LISTED + LISTED })).items;
    const others = newest.filter(({ status }) => isOver(status) || status === "draft").slice(0, LISTED);
    return {
      asOf: formatInstant(asOf),
      complete: isComplete,
      timeZone: context.timeZone,
      currency: context.currency,
      needsHand: await findings(),
      customers: { count: await customers() },
      orders: { ...(await orders(days)), before: await orders(before) },
      deliveries: { ...deliveries, before: viewDeliveryRange(seen, before), complaints: complaintsOf(deliveries.totals) },
      campaigns: {
        active: active.length,
        running: await Promise.all((await found(active.toReversed().slice(0, RUNNING))).map(shown)),
        scheduled: await Promise.all((await found(scheduled)).map(shown)),
        recent: await Promise.all(others.map(shown)),
      },
      segments: (await readWhole((page) => store.segments.list(page)))
        .slice(-LISTED)
        .map(({ id, name, updatedAt }) => ({ id, name, updatedAt: formatInstant(updatedAt) }))
        .reverse(),
    };
  };
}

function complaintsOf({ complained, delivered }: Deliveries): Dashboard["deliveries"]["complaints"] {
  const base = Math.max(delivered, complained);
  return { count: complained, base, rate: base === 0 ? null : complained / base };
}

/** One answer for all who ask while it is counted, and for a while after. */
function countedSparingly(elapsed: () => number, count: () => Promise<number>): () => Promise<number> {
  let last: Promise<number> | undefined;
  let keptUntil = 0;
  return () => {
    if (last && elapsed() < keptUntil) return last;
    const began = elapsed();
    keptUntil = Number.POSITIVE_INFINITY;
    last = count();
    last.then(
      (counted) => {
        const keptMs = counted === 0 ? 0 : Math.min(MOST_KEPT_MS, KEPT_TIMES * (elapsed() - began));
        keptUntil = elapsed() + keptMs;
      },
      () => {
        keptUntil = 0;
      },
    );
    return last;
  };
}
