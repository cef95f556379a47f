import type { CampaignStats, StoredCampaign } from "@crm-engine/core";
import { CAMPAIGN_STATUSES, CHANNELS, DELIVERY_STATUSES, formatInstant } from "@crm-engine/core/schemas";
import { z } from "@hono/zod-openapi";
import { instantSchema } from "./instant.js";
import { ruleSchema } from "./segment.js";

const statusSchema = z.enum(CAMPAIGN_STATUSES);

export const campaignOutSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    segmentId: z.string(),
    message: z.object({ channel: z.enum(CHANNELS), subject: z.string().optional(), body: z.string() }),
    throttlePerSecond: z.number().optional(),
    status: statusSchema,
    reason: z.string().optional().openapi({ description: "Why it is paused or failed." }),
    schedule: z
      .object({ at: instantSchema, timeZone: z.string(), maxLatenessMinutes: z.number() })
      .optional()
      .openapi({ description: "While it is scheduled." }),
    audience: z
      .object({ rule: ruleSchema, asOf: instantSchema, timeZone: z.string(), frozen: z.boolean() })
      .optional()
      .openapi({ description: "Pinned at launch." }),
    history: z.array(
      z.object({
        at: instantSchema,
        from: statusSchema,
        to: statusSchema,
        by: z.enum(["user", "engine", "clock"]),
        why: z.string(),
      }),
    ),
    createdAt: instantSchema,
    updatedAt: instantSchema,
  })
  .openapi("Campaign");

export function presentCampaign(campaign: StoredCampaign): z.infer<typeof campaignOutSchema> {
  const { id, name, segmentId, message, throttlePerSecond, status, reason, schedule, plan, history } = campaign;
  return {
    id,
    name,
    segmentId,
    message: { ...message },
    ...(throttlePerSecond === undefined ? {} : { throttlePerSecond }),
    status,
    ...(reason === undefined ? {} : { reason }),
    ...(schedule === undefined ? {} : { schedule: { ...schedule, at: formatInstant(schedule.at) } }),
    ...(plan === undefined
      ? {}
      : { audience: { rule: plan.rule, asOf: formatInstant(plan.now), timeZone: plan.timeZone, frozen: plan.frozen } }),
    history: history.map(({ at, from, to, by, why }) => ({ at: formatInstant(at), from, to, by, why })),
    createdAt: formatInstant(campaign.createdAt),
    updatedAt: formatInstant(campaign.updatedAt),
  };
}

const COUNTED = [...DELIVERY_STATUSES, "opened", "clicked", "complained", "unsubscribed"] as const;

export const statsSchema = z
  .object({
    total: z.int(),
    ...(Object.fromEntries(COUNTED.map((name) => [name, z.int()])) as { [N in (typeof COUNTED)[number]]: z.ZodInt }),
    skippedBy: z.record(z.string(), z.int()),
    failedBy: z.record(z.string(), z.int()),
    timeline: z.array(z.object({ at: instantSchema, sent: z.int(), delivered: z.int(), failed: z.int() })),
  })
  .openapi("CampaignStats", { description: "The eight delivery states add up to total." });

export function presentStats(stats: CampaignStats): z.infer<typeof statsSchema> {
  return {
    ...stats,
    skippedBy: { ...stats.skippedBy },
    failedBy: { ...stats.failedBy },
    timeline: stats.timeline.map((minute) => ({ ...minute, at: formatInstant(minute.at) })),
  };
}
