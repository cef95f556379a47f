import type { Break } from "./break.js";

/** Longer than a small run's servers may take to answer. */
const KEPT_MS = 3_000;
const KEPT_TIMES = 2;
const SOON_MS = 100;

export const SLOW_MESSAGES_BREAKS: readonly Break[] = [
  {
    name: "thread-kept",
    experiment: "slow-messages",
    wrong: "reading people, twice, keeps the thread for as long as it takes",
    store: (store) => {
      let times = 0;
      return {
        ...store,
        customers: {
          ...store.customers,
          getMany: async (ids) => {
            if (times++ < KEPT_TIMES) for (const until = Date.now() + KEPT_MS; Date.now() < until; );
            return store.customers.getMany(ids);
          },
        },
      };
    },
  },
  {
    name: "judged-by-the-clock",
    experiment: "slow-messages",
    wrong: "a message that was not made soon after it was claimed is failed",
    store: (store) => {
      const claimedAt = new Map<string, number>();
      return {
        ...store,
        claims: {
          ...store.claims,
          claim: async (wanted) => {
            const claims = await store.claims.claim(wanted);
            for (const { id } of claims) claimedAt.set(id, Date.now());
            return claims;
          },
          beginCalls: async (calls, timeoutMs) => {
            const late = calls.filter(({ id }) => Date.now() - (claimedAt.get(id) ?? 0) > SOON_MS);
            await store.communications.record(
              late.map(({ id }) => ({ logId: id, generation: 1, status: "failed", at: Date.now(), reason: "took too long" })),
            );
            const inTime = calls.filter((call) => !late.includes(call));
            return store.claims.beginCalls(inTime, timeoutMs);
          },
        },
      };
    },
  },
  {
    name: "bytes-not-counted",
    experiment: "slow-messages",
    wrong: "a call takes messages by their number alone",
    sender: (sender) => ({ ...sender, maxBatchBytes: Number.MAX_SAFE_INTEGER }),
  },
];
