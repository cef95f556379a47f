import { losingRaces } from "./racing.fixture.js";
import { type StoreSabotage, stateful, stateless } from "./store-sabotage.fixture.js";

export const resultsSabotages: readonly StoreSabotage[] = [
  stateless("every result is kept", ["the last ones are kept", "of results noted"], ({ results: { note } }) => ({
    results: {
      note: async (name, results, keep) => {
        const { failed } = await note(name, results, 1_000);
        return { kept: keep, failed };
      },
    },
  })),
  stateless("the newest of a call come first", ["the last ones are kept"], ({ results: { note } }) => ({
    results: { note: (name, { era, failed }, keep) => note(name, { era, failed: [...failed].reverse() }, keep) },
  })),
  stateless("names are one", ["each name has its own"], ({ results: { note } }) => ({
    results: { note: (_name, results, keep) => note("any", results, keep) },
  })),
  stateless("eras are one", ["a new era begins"], ({ results: { note } }) => ({
    results: { note: (name, { failed }, keep) => note(name, { era: 0, failed }, keep) },
  })),
  stateful(
    "what is late from the last era begins a new one",
    ["a new era begins"],
    () => ({ last: 0, eras: 0 }),
    ({ results: { note } }, state) => ({
      results: {
        note: (name, { era, failed }, keep) => {
          if (era !== state.last) state.eras += 1;
          state.last = era;
          return note(name, { era: state.eras, failed }, keep);
        },
      },
    }),
  ),
  stateful(
    "racing results overwrite each other",
    ["of results noted by several callers"],
    () => ({ busy: false }),
    ({ results: { note } }, state) => ({
      results: { note: losingRaces(state, note, () => ({ kept: 0, failed: 0 })) },
    }),
  ),
];
