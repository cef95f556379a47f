import type { CampaignInput, CampaignsApi } from "../../engine/campaigns.js";
import { type Issue, invalid } from "../../errors.js";
import { type StoredCampaign, stateConflict } from "../../model/campaign.js";
import { parseWith } from "../../model/edge.js";
import { checkMessage } from "../../template/template.js";
import type { EngineParts } from "../engine-parts.js";
import { campaignSchema } from "./campaign-inputs.js";
import { createCampaignLife } from "./campaign-life.js";
import { changeCampaign, getCampaign } from "./change-campaign.js";
import { createReopenings } from "./reopen-rows.js";
import { sendTest } from "./test-message.js";

export function createCampaigns(parts: EngineParts): CampaignsApi {
  const { store, clock, newId } = parts;
  const get = (id: string): Promise<StoredCampaign> => getCampaign(parts, id);

  return {
    get,
    list: (page) => store.campaigns.list(page),
    create: async (input) => {
      const fields = await parseCampaign(input, parts);
      const now = clock();
      const campaign: StoredCampaign = {
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
      changeCampaign(parts, id, async (campaign) => {
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
    ...createCampaignLife(parts),
    ...createReopenings(parts),
    test: (id, input) => sendTest(parts, id, input),
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
  const issues: Issue[] = [...(await checkMessage(clean.message))];
  if (!(await parts.store.segments.get(clean.segmentId))) issues.push({ path: "segmentId", message: "there is no such segment" });
  if (issues.length > 0) throw invalid(issues);
  return clean;
}

function requireDraft(campaign: StoredCampaign, done: string): void {
  if (campaign.status !== "draft") throw stateConflict(campaign.status, `only a draft can be ${done}`);
}
