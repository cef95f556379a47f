import type { StoredCampaign } from "../model/campaign.js";
import type { Campaigns } from "../ports/campaigns.js";
import type { Sync } from "./async-port.js";
import { pageByAge } from "./page-of.js";
import { VersionedRows } from "./versioned-rows.js";

const MAX_IDS = 1_000;

export function memoryCampaigns(): Sync<Campaigns> {
  const campaigns = new VersionedRows<StoredCampaign>();
  const idsOf = (holds: (campaign: StoredCampaign) => boolean): readonly string[] =>
    [...campaigns.rows.values()]
      .filter(holds)
      .map((campaign) => campaign.id)
      .sort()
      .slice(0, MAX_IDS);
  return {
    insert: (campaign) => campaigns.insert(campaign),
    get: (id) => campaigns.rows.get(id),
    list: (page) => pageByAge(campaigns.rows.values(), () => 0, page),
    findIds: (statuses) => idsOf((campaign) => statuses.includes(campaign.status)),
    findScheduled: (dueBy) =>
      [...campaigns.rows.values()]
        .flatMap(({ id, status, schedule }) => (status === "scheduled" && schedule ? [{ id, at: schedule.at }] : []))
        .filter(({ at }) => at <= dueBy)
        .sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1))
        .slice(0, MAX_IDS)
        .map(({ id }) => id),
    findUnsettled: () => idsOf((campaign) => campaign.unsettled === true),
    replace: (campaign, expectedVersion) => campaigns.replace(campaign, expectedVersion),
    delete: (id, expectedVersion) => campaigns.delete(id, expectedVersion),
  };
}
