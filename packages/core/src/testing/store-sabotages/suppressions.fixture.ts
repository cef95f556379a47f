import { foldEvidence, NO_EVIDENCE } from "../../model/contact/suppression.js";
import { losingRaces } from "./racing.fixture.js";
import { type StoreSabotage, stateful, stateless } from "./store-sabotage.fixture.js";

export const suppressionSabotages: readonly StoreSabotage[] = [
  stateless("the last evidence wins", ["evidence folds into what is known"], ({ suppressions: { record } }) => ({
    suppressions: {
      record: async (evidence) =>
        (await record(evidence)).map((known) => {
          const last = evidence.findLast(({ channel, hash }) => channel === known.channel && hash === known.hash);
          return last ? { ...known, ...foldEvidence(NO_EVIDENCE, last) } : known;
        }),
    },
  })),
  stateless("soft bounces are forgotten", ["evidence folds into what is known"], ({ suppressions: { getMany } }) => ({
    suppressions: { getMany: async (keys) => (await getMany(keys)).map((known) => ({ ...known, softBounces: [] })) },
  })),
  stateful(
    "every call raises the version",
    ["each change raises the version"],
    () => ({ calls: 0 }),
    ({ suppressions: { record } }, state) => ({
      suppressions: {
        record: async (evidence) => {
          state.calls += 1;
          return (await record(evidence)).map((known) => ({ ...known, version: state.calls }));
        },
      },
    }),
  ),
  stateless("channels are one", ["channels and addresses have each their own"], ({ suppressions: { record } }) => ({
    suppressions: { record: (evidence) => record(evidence.map((one) => ({ ...one, channel: "email" }))) },
  })),
  stateful(
    "racing evidence is lost",
    ["of evidence that comes from several callers"],
    () => ({ busy: false }),
    ({ suppressions: { record } }, state) => ({ suppressions: { record: losingRaces(state, record, () => []) } }),
  ),
  stateless("nothing known is something", ["of which nothing is known"], ({ suppressions: { getMany } }) => ({
    suppressions: {
      getMany: async (keys) => [...(await getMany(keys)), ...keys.map((key) => ({ ...key, ...NO_EVIDENCE, version: 0 }))],
    },
  })),
  stateless("all that is known is listed", ["those that are suppressed are listed"], ({ suppressions: { list, getMany } }) => ({
    suppressions: {
      list: async (filter, page) => {
        const listed = await list(filter, page);
        const [free] = await getMany([{ channel: "email", hash: "1:d" }]);
        return free ? { ...listed, items: [...listed.items, free] } : listed;
      },
    },
  })),
];
