import { type StoreSabotage, stateful, stateless } from "../store-sabotage.fixture.js";

export const rateSabotages: readonly StoreSabotage[] = [
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
  stateless("a rate is lowered whenever asked", ["of callers that race to lower"], ({ rates: { lower } }) => ({
    rates: { lower: (name, rate) => lower(name, rate, 0) },
  })),
  stateless("all rates are lowered as one", ["each name is lowered by itself"], ({ rates: { lower, lowered } }) => ({
    rates: { lower: (_name, rate, everyMs) => lower("all", rate, everyMs), lowered: () => lowered("all") },
  })),
  stateless("adding to a lowered rate is lowering it", ["what callers that race add"], ({ rates: { lower } }) => ({
    rates: { widen: (name, part) => lower(name, part, 0) },
  })),
  stateless("a lowered rate has no age", ["what a rate was lowered to stays"], ({ rates: { lowered } }) => ({
    rates: {
      lowered: async (name) => {
        const rate = await lowered(name);
        return rate && { ...rate, ageMs: 0 };
      },
    },
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
];
