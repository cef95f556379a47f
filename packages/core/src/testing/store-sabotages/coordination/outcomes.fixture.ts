import { losingRaces } from "../racing.fixture.js";
import { type StoreSabotage, stateful, stateless } from "../store-sabotage.fixture.js";

export const outcomeSabotages: readonly StoreSabotage[] = [
  stateless("every result is kept", ["the last ones are kept", "of outcomes recorded"], ({ outcomes: { record } }) => ({
    outcomes: {
      record: async (name, results, keep) => {
        const { failed } = await record(name, results, 1_000);
        return { kept: keep, failed };
      },
    },
  })),
  stateless("the newest of a call come first", ["the last ones are kept"], ({ outcomes: { record } }) => ({
    outcomes: { record: (name, { window, failed }, keep) => record(name, { window, failed: [...failed].reverse() }, keep) },
  })),
  stateless("names are one", ["each name has its own"], ({ outcomes: { record } }) => ({
    outcomes: { record: (_name, results, keep) => record("any", results, keep) },
  })),
  stateless("windows are one", ["a new window begins"], ({ outcomes: { record } }) => ({
    outcomes: { record: (name, { failed }, keep) => record(name, { window: 0, failed }, keep) },
  })),
  stateful(
    "what is late from the last window begins a new one",
    ["a new window begins"],
    () => ({ last: 0, windows: 0 }),
    ({ outcomes: { record } }, state) => ({
      outcomes: {
        record: (name, { window, failed }, keep) => {
          if (window !== state.last) state.windows += 1;
          state.last = window;
          return record(name, { window: state.windows, failed }, keep);
        },
      },
    }),
  ),
  stateful(
    "racing results overwrite each other",
    ["of outcomes recorded by several callers"],
    () => ({ busy: false }),
    ({ outcomes: { record } }, state) => ({
      outcomes: { record: losingRaces(state, record, () => ({ kept: 0, failed: 0 })) },
    }),
  ),
];
