import { type StoreSabotage, stateless } from "./store-sabotage.fixture.js";

export const campaignSabotages: readonly StoreSabotage[] = [
  stateless(
    "the newest campaign is found first",
    ["ids are found by state", "the unsettled are found", "the scheduled whose time has come"],
    ({ campaigns: { findIds, findUnsettled, findScheduled } }) => ({
      campaigns: {
        findScheduled: async (dueBy) => [...(await findScheduled(dueBy))].sort().reverse(),
        findIds: async (statuses) => [...(await findIds(statuses))].reverse(),
        findUnsettled: async () => [...(await findUnsettled())].reverse(),
      },
    }),
  ),
  stateless("every scheduled campaign is due", ["the scheduled whose time has come"], ({ campaigns: { findScheduled } }) => ({
    campaigns: { findScheduled: () => findScheduled(Number.MAX_SAFE_INTEGER) },
  })),
];
