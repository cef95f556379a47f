import type { StoredCampaign } from "../model/campaign.js";
import { type Campaigns, MAX_CAMPAIGN_IDS } from "../ports/campaigns.js";
import type { Sync } from "./async-port.js";
import { OrderedMap } from "./ordered-map.js";
import { memoryVersioned } from "./versioned.js";

export function memoryCampaigns(): Sync<Campaigns> {
  const campaigns = new OrderedMap<StoredCampaign>();
  const idsOf = (holds: (campaign: StoredCampaign) => boolean): readonly string[] =>
    [...campaigns.values()]
      .filter(holds)
      .map((campaign) => campaign.id)
      .sort()
      .slice(0, MAX_CAMPAIGN_IDS);
  return {
    ...memoryVersioned(campaigns, { newestFirst: true }),
    findIds: (statuses) => idsOf((campaign) => statuses.includes(campaign.status)),
    findScheduled: (dueBy) =>
      [...campaigns.values()]
        .flatMap(({ id, status, schedule }) => (status === "scheduled" && schedule ? [{ id, at: schedule.at }] : []))
        .filter(({ at }) => at <= dueBy)
        .sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1))
        .slice(0, MAX_CAMPAIGN_IDS)
        .map(({ id }) => id),
    findUnsettled: () => idsOf((campaign) => campaign.unsettled === true),
  };
}
