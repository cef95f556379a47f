import { foldText } from "../../query/condition/condition.js";
import { backwards, byOffset } from "./paging.fixture.js";
import { type StoreSabotage, stateless } from "./store-sabotage.fixture.js";

const WHOLE = "campaigns.find: those are found that the whole filter";
const NAMES = "campaigns.find: a name is searched";
const PAGES = "campaigns.find: what is found comes page by page";

export const campaignSabotages: readonly StoreSabotage[] = [
  stateless("what is archived is found beside the others", [WHOLE], ({ campaigns: { find, list } }) => ({
    campaigns: { find: (filter, page) => (filter.archived ? find(filter, page) : list(page)) },
  })),
  stateless("states are not looked at where campaigns are found", [WHOLE], ({ campaigns: { find } }) => ({
    campaigns: { find: ({ status: _, ...filter }, page) => find(filter, page) },
  })),
  stateless("names are searched as they are written", [NAMES], ({ campaigns: { find } }) => ({
    campaigns: {
      find: async ({ search = "", ...filter }, page) => {
        const { items, nextCursor } = await find(filter, page);
        return { items: items.filter(({ name }) => name.includes(search)), nextCursor };
      },
    },
  })),
  stateless("a name is searched as a pattern", [NAMES], ({ campaigns: { find } }) => ({
    campaigns: {
      find: async ({ search = "", ...filter }, page) => {
        const { items, nextCursor } = await find(filter, page);
        const pattern = new RegExp(search.replaceAll("{", "\\{"));
        return { items: items.filter(({ name }) => pattern.test(foldText(name))), nextCursor };
      },
    },
  })),
  stateless("the oldest campaign is found first", [WHOLE, PAGES], ({ campaigns: { find } }) => ({
    campaigns: { find: (filter, page) => backwards(find(filter, page)) },
  })),
  stateless("campaigns are found by counting rows", [PAGES], ({ campaigns: { find } }) => ({
    campaigns: { find: (filter, page) => byOffset((request) => find(filter, request))(page) },
  })),
  stateless(
    "the newest campaign is found first",
    ["ids are found by state", "the unsettled are found", "the scheduled whose time has come"],
    ({ campaigns: { findIds, findUnsettled, findScheduled } }) => ({
      campaigns: {
        findScheduled: async (dueBy, page) => {
          const { items, nextCursor } = await findScheduled(dueBy, page);
          return { items: [...items].sort().reverse(), nextCursor };
        },
        findIds: (statuses, page) => backwards(findIds(statuses, page)),
        findUnsettled: (page) => backwards(findUnsettled(page)),
      },
    }),
  ),
  stateless("every scheduled campaign is due", ["the scheduled whose time has come"], ({ campaigns: { findScheduled } }) => ({
    campaigns: { findScheduled: (_, page) => findScheduled(Number.MAX_SAFE_INTEGER, page) },
  })),
  stateless("only the first thousand campaigns are found", ["ids are found page by page"], ({ campaigns }) => ({
    campaigns: {
      findIds: async (statuses) => ({ ...(await campaigns.findIds(statuses, { limit: 1_000 })), nextCursor: null }),
    },
  })),
];
