import { sharingAnswers } from "./racing.fixture.js";
import { type StoreSabotage, stateful, stateless } from "./store-sabotage.fixture.js";

const FOREVER_MS = 1e9;

export const coordinationSabotages: readonly StoreSabotage[] = [
  stateful(
    "racing callers share a lease",
    ["of 20 callers one has the lease"],
    () => ({}),
    ({ leases: { acquire } }, state) => ({ leases: { acquire: sharingAnswers(state, acquire) } }),
  ),
  stateless("every holder has the same epoch", ["each holder has a higher epoch"], ({ leases: { acquire } }) => ({
    leases: { acquire: async (name, ttlMs) => ((await acquire(name, ttlMs)) === undefined ? undefined : 1) },
  })),
  stateful(
    "a lease is anybody's",
    ["a stale holder neither renews nor releases"],
    () => ({ epoch: 0 }),
    ({ leases: { acquire, renew, release } }, state) => ({
      leases: {
        acquire: async (name, ttlMs) => {
          const epoch = await acquire(name, ttlMs);
          state.epoch = epoch ?? state.epoch;
          return epoch;
        },
        renew: (name, _, ttlMs) => renew(name, state.epoch, ttlMs),
        release: (name) => release(name, state.epoch),
      },
    }),
  ),
  {
    breaks: "each handle has a bucket of its own",
    noticedBy: ["two handles together never take more"],
    sabotage: () => {
      let handles = 0;
      return (store) => {
        const handle = ++handles;
        return {
          ...store,
          rates: {
            ...store.rates,
            take: (name: string, perSecond: number, wanted: number) => store.rates.take(`${name}/${handle}`, perSecond, wanted),
          },
        };
      };
    },
  },
  stateless(
    "there is no rate",
    ["two handles together never take more", "a second's worth at most", "a slow rate gives one"],
    () => ({ rates: { take: async (_name, _perSecond, wanted) => wanted } }),
  ),
  stateless("a bucket is never filled again", ["two handles together", "a second's worth"], ({ rates: { take } }) => ({
    rates: { take: (name, perSecond, wanted) => take(name, perSecond / 1e6, wanted) },
  })),
  stateless("whoever asks gets all there is", ["nobody gets more than was wanted"], ({ rates: { take } }) => ({
    rates: { take: (name, perSecond) => take(name, perSecond, 1e6) },
  })),
  stateless("nothing is put back", ["tokens put back"], () => ({ rates: { putBack: async () => undefined } })),
  stateful(
    "a bucket holds what is put back beside its size",
    ["tokens put back"],
    () => ({ beside: 0 }),
    ({ rates: { take } }, state) => ({
      rates: {
        putBack: async (_name, _perSecond, count) => {
          state.beside += count;
        },
        take: async (name, perSecond, wanted) => {
          const taken = Math.min(wanted, state.beside);
          state.beside -= taken;
          return taken + (await take(name, perSecond, wanted - taken));
        },
      },
    }),
  ),
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
