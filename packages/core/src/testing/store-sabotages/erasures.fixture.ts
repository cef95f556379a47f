import { foldErasure, type StoredErasure, withProgress } from "../../model/erasure.js";
import { losingRaces } from "./racing.fixture.js";
import { type StoreSabotage, stateful, stateless } from "./store-sabotage.fixture.js";

export const erasureSabotages: readonly StoreSabotage[] = [
  stateful(
    "the last request stands",
    ["requests fold", "an earlier one leaves it"],
    () => ({ last: new Map<string, StoredErasure>() }),
    ({ erasures: { begin, get } }, { last }) => ({
      erasures: {
        begin: (request) => {
          last.set(request.customerId, foldErasure(undefined, request));
          return begin(request);
        },
        get: async (id) => (await get(id)) && last.get(id),
      },
    }),
  ),
  stateless("addresses of earlier erasures are forgotten", ["requests fold"], ({ erasures: { get } }) => ({
    erasures: {
      get: async (id) => {
        const erasure = await get(id);
        return erasure && { ...erasure, addresses: erasure.addresses.filter(({ stamp }) => stamp === erasure.stamp) };
      },
    },
  })),
  stateful(
    "racing requests are lost",
    ["of requests that come from several callers"],
    () => ({ busy: false }),
    ({ erasures: { begin } }, state) => ({ erasures: { begin: losingRaces(state, begin, () => undefined) } }),
  ),
  stateful(
    "whoever was erased has an erasure of everybody's",
    ["never erased"],
    () => ({ last: undefined as StoredErasure | undefined }),
    ({ erasures: { begin, get } }, state) => ({
      erasures: {
        begin: (request) => {
          state.last = foldErasure(undefined, request);
          return begin(request);
        },
        get: async (id) => (await get(id)) ?? state.last,
      },
    }),
  ),
  stateless("the latest is first", ["running: those that are not complete"], ({ erasures: { running } }) => ({
    erasures: { running: async (limit) => [...(await running(limit))].reverse() },
  })),
  stateless("an address has the latest stamp only", ["has the stamps of all"], ({ erasures: { findAddresses } }) => ({
    erasures: {
      findAddresses: async (hashes) =>
        new Map([...(await findAddresses(hashes))].map(([hash, stamps]) => [hash, [Math.max(...stamps)]])),
    },
  })),
  stateless("marks stay", ["marks are those that were noted last"], ({ erasures: { advance } }) => ({
    erasures: {
      advance: (erasures) => advance(erasures.filter(({ marks }) => marks === undefined || Object.keys(marks).length > 0)),
    },
  })),
  stateless(
    "what is noted is noted of whichever erasure is there",
    ["says nothing of a later one"],
    ({ erasures: { advance, get } }) => ({
      erasures: {
        advance: async (erasures) => {
          for (const { customerId, marks, completedAt } of erasures) {
            const present = await get(customerId);
            if (present) await advance([withProgress(present, { marks, completedAt })]);
          }
        },
      },
    }),
  ),
  stateless("purging has no end", ["comes to an end"], () => ({ erasures: { purge: async () => false } })),
];
