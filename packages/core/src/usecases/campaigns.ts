import { z } from "zod";
import type { CampaignInput, Engine } from "../engine.js";
import { CrmError, type Issue, invalid, notFound } from "../errors.js";
import { allowedActions, type Campaign, type CampaignAction, type CampaignStatus, moveCampaign } from "../model/campaign.js";
import { CHANNELS } from "../model/customer.js";
import { parseWith, text } from "../model/edge.js";
import type { Segment } from "../model/segment.js";
import { checkMessage } from "../model/template.js";
import type { EngineParts } from "./engine-parts.js";
import { requireReferences } from "./referenced-segments.js";
import { skipCancelled } from "./sweep.js";

/** The schema of a campaign as it comes in. Its templates are checked after it. */
export const campaignSchema = z.strictObject({
  name: text(200).trim().min(1),
  segmentId: text(200).min(1),
  message: z.strictObject({
    channel: z.enum(CHANNELS),
    subject: text(1_000).optional(),
    body: text(200_000).min(1),
  }),
  throttlePerSecond: z.number().positive().max(1_000_000).optional(),
});

export function createCampaigns(parts: EngineParts): Engine["campaigns"] {
  const { store, clock, newId } = parts;
  const get = async (id: string): Promise<Campaign> => (await store.campaigns.get(id)) ?? missing(id);

  /** Compare-and-set until it holds; a `change` that returns the campaign itself changes nothing. */
  const change = async (id: string, make: (campaign: Campaign) => Campaign | Promise<Campaign>): Promise<Campaign> => {
    for (;;) {
      const campaign = await get(id);
      const next = await make(campaign);
      if (next === campaign || (await store.campaigns.replace(next, campaign.version))) return next;
    }
  };
  const move = (campaign: Campaign, action: CampaignAction, why: string) =>
    moveCampaign(campaign, action, { at: clock(), by: "user", why });

  return {
    get,
    list: (page) => store.campaigns.list(page),
    create: async (input) => {
      const fields = await parseCampaign(input, parts);
      const now = clock();
      const campaign: Campaign = {
        id: newId(),
        ...fields,
        status: "draft",
        history: [],
        version: 1,
        createdAt: now,
        updatedAt: now,
      };
      await store.campaigns.insert(campaign);
      return campaign;
    },
    update: (id, input) =>
      change(id, async (campaign) => {
        requireDraft(campaign, "changed");
        const { name, segmentId, message, throttlePerSecond, ...rest } = campaign;
        const before = { name, segmentId, message, ...(throttlePerSecond === undefined ? {} : { throttlePerSecond }) };
        const fields = await parseCampaign({ ...before, ...input }, parts);
        return { ...rest, ...fields, version: campaign.version + 1, updatedAt: clock() };
      }),
    delete: async (id) => {
      for (;;) {
        const campaign = await get(id);
        requireDraft(campaign, "deleted");
        if (await store.campaigns.delete(id, campaign.version)) return;
      }
    },
    launch: (id) =>
      change(id, async (campaign) => {
        const moved = move(campaign, "launch", "launched");
        const segment = await requireSegment(campaign, parts);
        const segments = await requireReferences(segment.rule, parts, segment.id);
        const plan = {
          rule: segment.rule,
          segmentVersion: segment.version,
          ...(Object.keys(segments).length > 0 ? { segments } : {}),
          now: clock(),
          timeZone: segment.timeZone ?? parts.context.timeZone,
          epoch: 0,
          frozen: false,
        };
        return { ...moved, plan };
      }),
    pause: (id) =>
      change(id, (campaign) => (campaign.status === "paused" ? campaign : move(campaign, "pause", "paused by a user"))),
    resume: (id) =>
      change(id, (campaign) => {
        if (campaign.status === "running" || campaign.status === "planning") return campaign;
        return move(campaign, campaign.plan && !campaign.plan.frozen ? "replan" : "resume", "resumed");
      }),
    cancel: async (id) => {
      const cancelled = await change(id, (campaign) => {
        if (campaign.status === "cancelled") return campaign;
        const moved = move(campaign, "cancel", "cancelled by a user");
        return campaign.plan ? { ...moved, unsettled: true } : moved;
      });
      if (cancelled.unsettled) await skipCancelled(parts, id);
      return get(id);
    },
    stats: async (id) => {
      await get(id);
      return store.communications.stats(id);
    },
    log: async (filter, page) => {
      if (filter.campaignId !== undefined) await get(filter.campaignId);
      return store.communications.list(filter, page);
    },
  };
}

async function parseCampaign(input: unknown, parts: EngineParts): Promise<CampaignInput> {
  const parsed = parseWith(campaignSchema, input);
  if (!parsed.ok) throw invalid(parsed.issues);
  const { throttlePerSecond, message, ...rest } = parsed.value;
  const { subject, ...content } = message;
  const clean: CampaignInput = {
    ...rest,
    message: { ...content, ...(subject === undefined ? {} : { subject }) },
    ...(throttlePerSecond === undefined ? {} : { throttlePerSecond }),
  };
  const issues: Issue[] = [...checkMessage(clean.message)];
  if (!(await parts.store.segments.get(clean.segmentId))) issues.push({ path: "segmentId", message: "there is no such segment" });
  if (issues.length > 0) throw invalid(issues);
  return clean;
}

async function requireSegment(campaign: Campaign, parts: EngineParts): Promise<Segment> {
  if (!parts.sender) throw new CrmError("invalid", "This engine has no sender: give createEngine one to launch campaigns.");
  const segment = await parts.store.segments.get(campaign.segmentId);
  if (!segment) throw invalid([{ path: "segmentId", message: "the campaign's segment was deleted: choose another" }]);
  return segment;
}

function requireDraft(campaign: Campaign, done: string): void {
  const draft: CampaignStatus = "draft";
  if (campaign.status !== draft) {
    throw new CrmError("conflict", `The campaign is ${campaign.status}: only a draft can be ${done}.`, {
      details: { status: campaign.status, allowed: allowedActions(campaign.status) },
    });
  }
}

function missing(id: string): never {
  throw notFound("campaign", id);
}
