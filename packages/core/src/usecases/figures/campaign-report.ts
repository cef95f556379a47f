import type { CampaignsApi } from "../../engine/campaigns.js";
import { invalid } from "../../errors.js";
import { startOf, viewCampaignReport } from "../../view/figures/campaign-report.js";
import { getCampaign } from "../campaigns/change-campaign.js";
import type { EngineParts } from "../engine-parts.js";
import type { CampaignFiguresReader } from "./campaign-figures.js";
import { recipientOrders } from "./recipient-orders.js";

const DAY_MS = 86_400_000;
const WINDOW_DAYS = 7;
const MAX_WINDOW_DAYS = 90;
/** Reasons of failures that an example is shown of. */
const EXAMPLES = 20;

export function createCampaignReport(parts: EngineParts, figures: CampaignFiguresReader): CampaignsApi["report"] {
  const { context, clock } = parts;
  return async (id, { windowDays = WINDOW_DAYS, signal } = {}) => {
    if (!Number.isInteger(windowDays) || windowDays < 1 || windowDays > MAX_WINDOW_DAYS) {
      throw invalid([{ path: "windowDays", message: `must be a whole number from 1 to ${MAX_WINDOW_DAYS}` }]);
    }
    const campaign = await getCampaign(parts, id);
    const { asOf, counts, days } = await figures.of(campaign);
    const examples = await failedExamples(parts, id, Object.entries(counts.failedBy));
    const start = startOf(campaign);
    if (start === undefined) return viewCampaignReport(campaign, { asOf, counts, days, examples }, context);
    const options = signal ? { signal } : {};
    const [afterTime, beforeTime] = [
      { from: start, to: start + windowDays * DAY_MS },
      { from: start - windowDays * DAY_MS, to: start },
    ];
    const after = await recipientOrders(parts, campaign, afterTime, options);
    const before = await recipientOrders(parts, campaign, beforeTime, options);
    const orders = {
      asOf: Math.min(after.asOf, before.asOf),
      now: await clock(),
      windowDays,
      after: { time: afterTime, of: after.of },
      before: { time: beforeTime, of: before.of },
    };
    return viewCampaignReport(campaign, { asOf, counts, days, examples, orders }, context);
  };
}

/** Of the most frequent reasons. */
async function failedExamples(
  { store }: Pick<EngineParts, "store">,
  campaignId: string,
  reasons: readonly (readonly [reason: string, count: number])[],
): Promise<ReadonlyMap<string, string>> {
  const frequent = [...reasons].sort(([, a], [, b]) => b - a).slice(0, EXAMPLES);
  const found = frequent.map(async ([reason]) => {
    const [row] = (await store.communications.list({ campaignId, status: "failed", reason }, { limit: 1 })).items;
    return row ? [[reason, row.id] as const] : [];
  });
  return new Map((await Promise.all(found)).flat());
}
