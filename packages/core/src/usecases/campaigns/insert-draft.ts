import type { StoredCampaign } from "../../model/campaign.js";
import type { EngineParts } from "../engine-parts.js";

/** What a user says of a campaign. */
export type CampaignFields = Pick<StoredCampaign, "name" | "segmentIds" | "excludeSegmentIds" | "message" | "throttlePerSecond">;

/** A new campaign, of which nothing has become yet. */
export async function insertDraft({ store, clock, newId }: EngineParts, fields: CampaignFields): Promise<StoredCampaign> {
  const now = await clock();
  const draft: StoredCampaign = {
    id: newId(),
    ...fields,
    status: "draft",
    history: [],
    version: 1,
    createdAt: now,
    updatedAt: now,
  };
  await store.campaigns.insert(draft);
  return draft;
}
