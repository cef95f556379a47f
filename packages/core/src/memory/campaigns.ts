import type { StoredCampaign } from "../model/campaign.js";
import type { Campaigns } from "../ports/campaigns.js";
import { type Page, type PageRequest, pageOf, readCursor } from "../ports/page.js";
import { foldText } from "../query/condition/condition.js";
import type { Sync } from "./async-port.js";
import { OrderedMap } from "./ordered-map.js";
import { pageByAge, pageByKey } from "./page-of.js";
import { memoryVersioned } from "./versioned.js";

export function memoryCampaigns(): Sync<Campaigns> {
  const campaigns = new OrderedMap<StoredCampaign>();
  const idsOf = (page: PageRequest, holds: (campaign: StoredCampaign) => boolean): Page<string> => {
    const { items, nextCursor } = pageByKey(campaigns, page, holds);
    return { items: items.map(({ id }) => id), nextCursor };
  };
  return {
    ...memoryVersioned(campaigns, { newestFirst: true }),
    find: ({ archived, status, search = "" }, page) => {
      const wanted = [...campaigns.values()].filter(
        (campaign) =>
          (campaign.archived ?? false) === archived &&
          (status === undefined || campaign.status === status) &&
          foldText(campaign.name).includes(search),
      );
      return pageByAge(wanted, () => 0, page);
    },
    findIds: (statuses, page) => idsOf(page, (campaign) => statuses.includes(campaign.status)),
    findScheduled: (dueBy, page) => {
      const after = readCursor(page.cursor, ["number", "string"]);
      const due = [...campaigns.values()]
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
  };
}
