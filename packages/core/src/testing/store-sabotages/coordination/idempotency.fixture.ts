import { type StoreSabotage, stateless } from "../store-sabotage.fixture.js";

const FOREVER_MS = 1e9;

export const idempotencySabotages: readonly StoreSabotage[] = [
  stateless("every caller begins", ["of 20 callers one begins", "a finished key answers"], () => ({
    idempotency: { begin: async () => ({ state: "begun" as const, startedAt: 0 }) },
  })),
  stateless("a key that runs is never free", ["a caller takes over"], ({ idempotency: { begin } }) => ({
    idempotency: { begin: (key) => begin(key, { leaseMs: FOREVER_MS, ttlMs: FOREVER_MS }) },
  })),
  stateless("a take-over starts anew", ["a caller takes over"], ({ idempotency: { begin } }) => ({
    idempotency: {
      begin: async (key, options) => {
        const begun = await begin(key, options);
        return begun.state === "begun" ? { ...begun, startedAt: Date.now() } : begun;
      },
    },
  })),
  stateless("work is never renewed", ["work that renews is not taken over"], () => ({
    idempotency: { renew: async () => undefined },
  })),
  stateless("a key is never abandoned", ["an abandoned key begins again"], () => ({
    idempotency: { abandon: async () => undefined },
  })),
  stateless("answers are kept for ever", ["an answer is kept for its time"], ({ idempotency: { finish } }) => ({
    idempotency: { finish: (key, result) => finish(key, result, FOREVER_MS) },
  })),
];
