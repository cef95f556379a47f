import { type StoreSabotage, stateful, stateless } from "../store-sabotage.fixture.js";

export const settingSabotages: readonly StoreSabotage[] = [
  stateless("the last value is kept", ["the first value of a name is kept"], () => ({
    settings: { keep: async (_, value) => value },
  })),
  stateful(
    "callers at the same time keep their own",
    ["of callers at the same time all find"],
    () => ({ kept: new Map<string, string>() }),
    (_, { kept }) => ({
      settings: {
        keep: async (name, value) => {
          const before = kept.get(name);
          await Promise.resolve();
          if (before === undefined) kept.set(name, value);
          return before ?? value;
        },
      },
    }),
  ),
];
