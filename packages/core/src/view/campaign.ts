import { z } from "zod";
import { CAMPAIGN_STATUSES, type StoredCampaign } from "../model/campaign.js";
import { CHANNELS } from "../model/channel.js";
import { formatInstant } from "../model/instant.js";
import { ruleOf } from "../query/language/rule.js";
import { estimateOfLaunchSchema } from "./estimate.js";
import { waitingViewSchema } from "./health/waiting.js";
import { instantViewSchema } from "./instant.js";
import { sentTestsSchema } from "./message/test-message.js";
import { ruleSchema } from "./segment.js";
import { type View, viewSchema } from "./view.js";

const statusSchema = z.enum(CAMPAIGN_STATUSES);

const schema = z
  .object({
    id: z.string(),
    name: z.string(),
    segmentId: z.string().optional().meta({ description: "Where there is one." }),
    segmentIds: z.array(z.string()).meta({ description: "Who is in any of them is in the audience, once." }),
    excludeSegmentIds: z.array(z.string()).meta({ description: "Who is in any of them is not." }),
    message: z.object({
      channel: z.enum(CHANNELS),
      subject: z.string().optional(),
      body: z.string(),
      text: z.string().optional(),
      preheader: z.string().optional(),
      from: z.string().optional(),
      replyTo: z.string().optional(),
    }),
    throttlePerSecond: z.number().optional(),
    status: statusSchema,
    reason: z.string().optional().meta({ description: "Why it is paused or failed." }),
    archived: z.boolean().meta({ description: "Left out of lists that don't ask for it." }),
    schedule: z
      .object({ at: instantViewSchema, timeZone: z.string(), maxLatenessMinutes: z.number() })
      .optional()
      .meta({ description: "While it is scheduled." }),
    audience: z
      .object({ rule: ruleSchema, asOf: instantViewSchema, timeZone: z.string(), frozen: z.boolean() })
      .optional()
      .meta({ description: "Pinned at launch." }),
    estimate: estimateOfLaunchSchema
      .optional()
      .meta({ description: "In the answer to a launch: how many it selects, and how many of them it will reach." }),
    waitsFor: waitingViewSchema.optional(),
    test: sentTestsSchema.optional().meta({ description: "In the answer to a test: what became of it." }),
    history: z.array(
      z.object({
        at: instantViewSchema,
        from: statusSchema,
        to: statusSchema,
        by: z.enum(["user", "engine", "clock"]),
        why: z.string(),
      }),
    ),
    version: z.int().meta({ description: "Rises with each write; the ETag." }),
    createdAt: instantViewSchema,
    updatedAt: instantViewSchema,
  })
  .meta({ id: "Campaign" });

export interface Campaign extends View<z.output<typeof schema>> {}
export const campaignViewSchema: z.ZodType<Campaign> = viewSchema(schema);

export function viewCampaign(campaign: StoredCampaign): Campaign {
  const { id, name, segmentIds, excludeSegmentIds, message, throttlePerSecond, status, reason, schedule, plan, history } =
    campaign;
  return {
    id,
    name,
    ...(segmentIds.length === 1 ? { segmentId: segmentIds[0] } : {}),
    segmentIds,
    excludeSegmentIds,
    message,
    ...(throttlePerSecond === undefined ? {} : { throttlePerSecond }),
    status,
    ...(reason === undefined ? {} : { reason }),
    archived: campaign.archived ?? false,
    ...(schedule === undefined ? {} : { schedule: { ...schedule, at: formatInstant(schedule.at) } }),
    ...(plan === undefined
      ? {}
      : { audience: { rule: ruleOf(plan.rule), asOf: formatInstant(plan.now), timeZone: plan.timeZone, frozen: plan.frozen } }),
    history: history.map(({ at, from, to, by, why }) => ({ at: formatInstant(at), from, to, by, why })),
    version: campaign.version,
    createdAt: formatInstant(campaign.createdAt),
    updatedAt: formatInstant(campaign.updatedAt),
  };
}
