import { z } from "zod";
import { type CampaignCounts, DELIVERY_STATUSES } from "../model/communication-log.js";
import { formatInstant } from "../model/instant.js";
import { recordOf } from "../model/record-of.js";
import { instantViewSchema } from "./instant.js";
import { type View, viewSchema } from "./view.js";

const COUNTED = [...DELIVERY_STATUSES, "opened", "clicked", "complained", "unsubscribed"] as const;

const schema = z
  .object({
    total: z.int(),
    ...recordOf(COUNTED, () => z.int()),
    skippedBy: z.record(z.string(), z.int()),
    failedBy: z.record(z.string(), z.int()),
    waiting: z
      .object({ count: z.int(), nextAt: instantViewSchema.optional(), reasons: z.record(z.string(), z.int()) })
      .meta({ description: "Pending messages that were put off: how many, why, and when the first is tried again." }),
    timeline: z.array(z.object({ at: instantViewSchema, sent: z.int(), delivered: z.int(), failed: z.int() })),
  })
  .meta({ id: "CampaignStats", description: "The eight delivery states add up to total." });

/** Counts derived from the log's rows. The eight delivery states add up to `total`; `timeline` is by minute, oldest first. */
export interface CampaignStats extends View<z.output<typeof schema>> {}
export const campaignStatsViewSchema: z.ZodType<CampaignStats> = viewSchema(schema);

export function viewCampaignStats(counts: CampaignCounts): CampaignStats {
  const { nextAt, ...waiting } = counts.waiting;
  return {
    ...counts,
    waiting: { ...waiting, ...(nextAt === undefined ? {} : { nextAt: formatInstant(nextAt) }) },
    timeline: counts.timeline.map((minute) => ({ ...minute, at: formatInstant(minute.at) })),
  };
}
