import { type StoreSabotage, stateful, stateless } from "./store-sabotage.fixture.js";

export const heartbeatSabotages: readonly StoreSabotage[] = [
  stateful(
    "the first word of a process stays",
    ["what a process said last"],
    () => new Set<string>(),
    ({ heartbeats: { beat } }, known) => ({
      heartbeats: {
        beat: async (heartbeat, forgetAfterMs) => {
          if (known.has(heartbeat.id)) return;
          known.add(heartbeat.id);
          await beat(heartbeat, forgetAfterMs);
        },
      },
    }),
  ),
  stateless("a heartbeat is dated by when its process began", ["what a process said last"], ({ heartbeats: { list } }) => ({
    heartbeats: { list: async (limit) => (await list(limit)).map((heard) => ({ ...heard, seenAt: heard.startedAt })) },
  })),
  stateless("nothing is forgotten", ["nothing was heard for the time"], ({ heartbeats: { beat } }) => ({
    heartbeats: { beat: (heartbeat) => beat(heartbeat, 3_600_000) },
  })),
  stateless("all is forgotten but the last word", ["the one last heard of first"], ({ heartbeats: { beat } }) => ({
    heartbeats: { beat: (heartbeat) => beat(heartbeat, 1) },
  })),
  stateless("the limit is passed over", ["the one last heard of first"], ({ heartbeats: { list } }) => ({
    heartbeats: { list: () => list(100) },
  })),
  stateless("they are in the order of their ids", ["the one last heard of first"], ({ heartbeats: { list } }) => ({
    heartbeats: { list: async (limit) => [...(await list(limit))].sort((a, b) => a.id.localeCompare(b.id)) },
  })),
];
