import type { CampaignsApi } from "../../engine/campaigns.js";
import type { UntrustedCampaigns } from "../../engine/untrusted.js";
import { invalid } from "../../errors.js";
import { isOver, type StoredCampaign, stateConflict } from "../../model/campaign.js";
import { parseWith } from "../../model/edge.js";
import { withoutUndefined } from "../../model/record-of.js";
import { foldText } from "../../query/condition/condition.js";
import { type Campaign, viewCampaign } from "../../view/campaign.js";
import type { EngineParts } from "../engine-parts.js";
import { archiveSchema, MAX_NAME, searchSchema } from "./campaign-inputs.js";
import { changeCampaign, getCampaign } from "./change-campaign.js";
import { insertDraft } from "./insert-draft.js";

type Filing = Pick<CampaignsApi, "list" | "clone"> & Pick<UntrustedCampaigns, "archive">;

/** How campaigns are found, copied and put away; `shown` views one as it stands. */
export function createCampaignFiling(parts: EngineParts, shown: (campaign: StoredCampaign) => Promise<Campaign>): Filing {
  const { store, clock } = parts;
  return {
    list: async (page, { archived = false, status, search } = {}) => {
      const read = parseWith(searchSchema, search);
      if (!read.ok) throw invalid(read.issues.map((issue) => ({ ...issue, path: "search" })));
      const filter = {
        archived,
        ...(status === undefined ? {} : { status }),
        ...(search === undefined || search === "" ? {} : { search: foldText(search) }),
      };
      const { items, nextCursor } = await store.campaigns.find(filter, page);
      return { items: await Promise.all(items.map(shown)), nextCursor };
    },
    clone: async (id) => {
      const { name, segmentIds, excludeSegmentIds, message, throttlePerSecond } = await getCampaign(parts, id);
      const fields = { name: copyOf(name), segmentIds, excludeSegmentIds, message, ...withoutUndefined({ throttlePerSecond }) };
      return viewCampaign(await insertDraft(parts, fields));
    },
    archive: async (id, json) => {
      const parsed = parseWith(archiveSchema, json ?? {});
      if (!parsed.ok) throw invalid(parsed.issues);
      const { archived: wanted = true } = parsed.value;
      const changed = await changeCampaign(parts, id, async (campaign) => {
        const { archived = false, ...rest } = campaign;
        if (archived === wanted) return campaign;
        if (wanted && campaign.status !== "draft" && !isOver(campaign.status))
          throw stateConflict(campaign.status, "only a draft, or what has ended, can be archived");
        const next = { ...rest, updatedAt: await clock() };
        return wanted ? { ...next, archived: true } : next;
      });
      return viewCampaign(changed);
    },
  };
}

/** As long as names may be, and no half of a character. */
function copyOf(name: string): string {
  const copy = `Copy of ${name}`.slice(0, MAX_NAME);
  return (copy.isWellFormed() ? copy : copy.slice(0, -1)).trim();
}
