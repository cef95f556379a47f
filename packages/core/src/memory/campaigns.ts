import type { StoredCampaign } from "../model/campaign.js";
import type { Campaigns } from "../ports/campaigns.js";
import { type Page, type PageRequest, pageOf, readCursor } from "../ports/page.js";
import type { Sync } from "./async-port.js";
import { pageByAge, pageByKey } from "./page-of.js";
import { VersionedRows } from "./versioned-rows.js";

export function memoryCampaigns(): Sync<Campaigns> {
  const campaigns = new VersionedRows<StoredCampaign>();
  const idsOf = (page: PageRequest, holds: (campaign: StoredCampaign) => boolean): Page<string> => {
    const { items, nextCursor } = pageByKey(campaigns.rows, page, holds);
    return { items: items.map(({ id }) => id), nextCursor };
  };
  return {
    insert: (campaign) => campaigns.insert(campaign),
    get: (id) => campaigns.rows.get(id),
    list: (page) => pageByAge(campaigns.rows.values(), () => 0, page),
    findIds: (statuses, page) => idsOf(page, (campaign) => statuses.includes(campaign.status)),
    findScheduled: (dueBy, page) => {
      const after = readCursor(page.cursor, ["number", "string"]);
      const due = [...campaigns.rows.values()]
        .flatMap(({ id, status, schedule }) => (status === "scheduled" && schedule ? [{ id, at: schedule.at }] : []))
        .filter(({ at, id }) => at <= dueBy && (!after || at > after[0] || (at === after[0] && id > after[1])))
        .sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
      return pageOf(
        due,
        page,
        ({ at, id }) => [at, id],
        ({ id }) => id,
      );
    },
    findUnsettled: (page) => idsOf(page, (campaign) => campaign.unsettled === true),
    replace: (campaign, expectedVersion) => campaigns.replace(campaign, expectedVersion),
    delete: (id, expectedVersion) => campaigns.delete(id, expectedVersion),
  };
}
