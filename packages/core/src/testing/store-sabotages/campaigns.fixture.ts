import { backwards } from "./paging.fixture.js";
import { type StoreSabotage, stateless } from "./store-sabotage.fixture.js";

export const campaignSabotages: readonly StoreSabotage[] = [
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
