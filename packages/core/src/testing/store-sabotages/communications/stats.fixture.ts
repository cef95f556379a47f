import { type StoreSabotage, stateless } from "../store-sabotage.fixture.js";

const HOUR_MS = 3_600_000;

export const statsSabotages: readonly StoreSabotage[] = [
  stateless("what was seen is counted by the hour", ["counted in the quarter-hour"], ({ communications: { seen } }) => ({
    communications: {
      seen: async (id) => (await seen(id)).map((count) => ({ ...count, at: Math.floor(count.at / HOUR_MS) * HOUR_MS })),
    },
  })),
  stateless("engagement is not seen", ["counted in the quarter-hour"], ({ communications: { seen } }) => ({
    communications: { seen: async (id) => (await seen(id)).filter(({ status }) => status !== "clicked") },
  })),
  stateless(
    "counts of a campaign go on",
    ["counts of a campaign that are called off"],
    ({ communications: { stats, seen } }) => ({
      communications: { stats: (id) => stats(id), seen: (id) => seen(id) },
    }),
  ),
];
