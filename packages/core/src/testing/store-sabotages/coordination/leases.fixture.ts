import { sharingAnswers } from "../racing.fixture.js";
import { type StoreSabotage, stateful, stateless } from "../store-sabotage.fixture.js";

export const leaseSabotages: readonly StoreSabotage[] = [
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
  stateless(
    "a lease is never renewed",
    ["leases.renew: a renewed lease outlives", "a lease that has ended is not renewed"],
    () => ({
      leases: { renew: async () => true },
    }),
  ),
];
