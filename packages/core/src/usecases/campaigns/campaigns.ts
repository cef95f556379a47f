import type { z } from "zod";
import type { CampaignsApi } from "../../engine/campaigns.js";
import type { ChangeOptions } from "../../engine/change-options.js";
import type { UntrustedCampaigns } from "../../engine/untrusted.js";
import { hasCode, type Issue, invalid } from "../../errors.js";
import { isOver, type StoredCampaign, stateConflict } from "../../model/campaign.js";
import { parseWith } from "../../model/edge.js";
import { withoutUndefined } from "../../model/record-of.js";
import { checkMessage } from "../../template/template.js";
import { type Campaign, viewCampaign } from "../../view/campaign.js";
import { viewCampaignStats } from "../../view/campaign-stats.js";
import { viewWaiting } from "../../view/health/waiting.js";
import type { EngineParts } from "../engine-parts.js";
import type { CampaignFiguresReader } from "../figures/campaign-figures.js";
import { createCampaignReport } from "../figures/campaign-report.js";
import type { Waits } from "../health/waits.js";
import { pollUntil } from "../poll-until.js";
import { requireVersion } from "../require-version.js";
import { type AudienceChoice, requireAudience } from "./campaign-audience.js";
import { createCampaignFiling } from "./campaign-filing.js";
import { campaignSchema } from "./campaign-inputs.js";
import { createCampaignLife } from "./campaign-life.js";
import { changeCampaign, getCampaign } from "./change-campaign.js";
import { type CampaignFields, insertDraft } from "./insert-draft.js";
import { previewMessage } from "./preview-message.js";
import { readLog } from "./read-log.js";
import { createReopenings } from "./reopen-rows.js";
import { sendTest } from "./test-message.js";

export function createCampaigns(
  parts: EngineParts,
  waits: Waits,
  figures: CampaignFiguresReader,
): CampaignsApi & UntrustedCampaigns {
  const { store, clock } = parts;
  const shown = async (campaign: StoredCampaign): Promise<Campaign> => ({
    ...viewCampaign(campaign),
    ...viewWaiting(await waits.ofCampaign(campaign)),
  });
  const get = async (id: string): Promise<Campaign> => shown(await getCampaign(parts, id));

  return {
    get,
    create: async (json: unknown) => viewCampaign(await insertDraft(parts, await parseCampaign(json, parts))),
    update: async (id: string, json: unknown, options: ChangeOptions = {}) => {
      const change = readChange(json);
      const changed = await changeCampaign(parts, id, async (campaign) => {
        await requireVersion(campaign, options, viewCampaign);
        requireChangeable(campaign, change);
        const { name, segmentIds, excludeSegmentIds, message, throttlePerSecond = null, ...rest } = campaign;
        const next = { name, segmentIds, excludeSegmentIds, message, throttlePerSecond, ...change };
        const fields = campaign.status === "draft" ? await checked(next, parts, json) : cleaned(next);
        return { ...rest, ...fields, updatedAt: await clock() };
      });
      return viewCampaign(changed);
    },
    delete: async (id, options = {}) => {
      for (;;) {
        const campaign = await getCampaign(parts, id);
        await requireVersion(campaign, options, viewCampaign);
        requireDraft(campaign, "deleted");
        if (await store.campaigns.delete(id, campaign.version)) return;
      }
    },
    ...createCampaignFiling(parts, shown),
    ...createCampaignLife(parts),
    ...createReopenings(parts),
    preview: (id: string, json?: unknown) => previewMessage(parts, id, json),
    test: (id: string, json: unknown) => sendTest(parts, id, json),
    completed: (id, options) =>
      pollUntil(
        () => get(id),
        ({ status }) => isOver(status),
        options,
      ),
    stats: async (id) => viewCampaignStats(await figures.counts(await getCampaign(parts, id))),
    report: createCampaignReport(parts, figures),
    log: (filter, page) => readLog(parts, filter, page),
  };
}

type ReadCampaign = Omit<z.output<typeof campaignSchema>, "segmentId">;

/** Only what is there is a change. */
function readChange(json: unknown): Partial<ReadCampaign> {
  const parsed = parseWith(campaignSchema.partial(), json);
  if (!parsed.ok) throw invalid(parsed.issues);
  return withoutUndefined(withSegmentIds(parsed.value));
}

interface NamesSegments {
  readonly segmentId?: string | undefined;
  readonly segmentIds?: readonly string[] | undefined;
}

/** One segment may be named alone. */
function withSegmentIds<T extends NamesSegments>({ segmentId, ...read }: T): Omit<T, "segmentId"> {
  if (segmentId === undefined) return read;
  if (read.segmentIds !== undefined)
    throw invalid([{ path: "segmentId", message: "stands for segmentIds: name one of the two" }]);
  return { ...read, segmentIds: [segmentId] };
}

async function parseCampaign(json: unknown, parts: EngineParts): Promise<CampaignFields> {
  const parsed = parseWith(campaignSchema, json);
  if (!parsed.ok) throw invalid(parsed.issues);
  return checked(withSegmentIds(parsed.value), parts, json);
}

async function checked(read: ReadCampaign, parts: EngineParts, json: unknown): Promise<CampaignFields> {
  const fields = cleaned(read);
  const issues: Issue[] = [...(await checkMessage(fields.message, { links: parts.unsubscribeUrl !== undefined }))];
  const inList = typeof json === "object" && json !== null && "segmentIds" in json;
  for (const issue of await audienceIssues(fields, parts))
    issues.push(inList && issue.path === "segmentId" ? { ...issue, path: "segmentIds.0" } : issue);
  if (issues.length > 0) throw invalid(issues);
  return fields;
}

async function audienceIssues(choice: AudienceChoice, parts: EngineParts): Promise<readonly Issue[]> {
  if (choice.segmentIds.length === 0) return [{ path: "segmentIds", message: "name at least one segment" }];
  const both = choice.excludeSegmentIds.findIndex((id) => choice.segmentIds.includes(id));
  if (both >= 0) return [{ path: `excludeSegmentIds.${both}`, message: "is in segmentIds too: nobody of it would be left" }];
  try {
    await requireAudience(parts, choice);
    return [];
  } catch (error) {
    if (hasCode(error, "invalid") && error.details.issues) return error.details.issues;
    throw error;
  }
}

function cleaned({ name, segmentIds = [], excludeSegmentIds = [], message, throttlePerSecond }: ReadCampaign): CampaignFields {
  const { channel, body, ...parts } = message;
  return {
    name,
    segmentIds: [...new Set(segmentIds)],
    excludeSegmentIds: [...new Set(excludeSegmentIds)],
    message: { channel, body, ...withoutUndefined(parts) },
    ...(throttlePerSecond === undefined || throttlePerSecond === null ? {} : { throttlePerSecond }),
  };
}

/** What may be changed of a campaign that is no draft any more. */
function requireChangeable(campaign: StoredCampaign, change: Partial<ReadCampaign>): void {
  if (campaign.status === "draft") return;
  const wanted = Object.keys(change);
  if (wanted.some((field) => field !== "name" && field !== "throttlePerSecond"))
    throw stateConflict(campaign.status, "of what is no draft only name and throttlePerSecond can be changed");
  if (wanted.includes("throttlePerSecond") && isOver(campaign.status))
    throw stateConflict(campaign.status, "it has ended, and its rate can't be changed");
}

function requireDraft(campaign: StoredCampaign, done: string): void {
  if (campaign.status !== "draft") throw stateConflict(campaign.status, `only a draft can be ${done}`);
}
