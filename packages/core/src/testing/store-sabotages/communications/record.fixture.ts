import type { DeliveryFact, DeliveryStatus } from "../../../model/communication-log.js";
import type { Store } from "../../../ports/index.js";
import { losingRaces } from "../racing.fixture.js";
import { type Areas, type StoreSabotage, stateful, stateless } from "../store-sabotage.fixture.js";

/** Forgets facts about rows in these states. */
function forgettingFactsOf(...statuses: readonly DeliveryStatus[]): (store: Store) => Areas {
  return ({ communications: { record, get } }) => ({
    communications: {
      record: async (facts) => {
        const kept: DeliveryFact[] = [];
        for (const fact of facts) {
          const status = (await get(fact.logId))?.status;
          if (status && !statuses.includes(status)) kept.push(fact);
        }
        return record(kept);
      },
    },
  });
}

export const recordSabotages: readonly StoreSabotage[] = [
  stateful(
    "the last fact to come decides",
    ["any order, any split"],
    () => ({ last: new Map<string, DeliveryFact["status"]>() }),
    ({ communications: { record, get } }, { last }) => ({
      communications: {
        record: (recorded) => {
          for (const { logId, status } of recorded) last.set(logId, status);
          return record(recorded);
        },
        get: async (id) => {
          const log = await get(id);
          const status = last.get(id);
          return log && (status === "sent" || status === "delivered" || status === "failed" || status === "bounced")
            ? { ...log, status }
            : log;
        },
      },
    }),
  ),
  stateful(
    "racing facts overwrite each other",
    ["of facts recorded by several callers"],
    () => ({ busy: false }),
    ({ communications: { record } }, state) => ({
      communications: { record: losingRaces(state, record, () => new Map()) },
    }),
  ),
  stateless("facts come too early for a pending row", ["settles a pending row"], forgettingFactsOf("pending")),
  stateless(
    "facts wait for the end of a claim",
    ["settles a claimed row", "settled while it was held"],
    forgettingFactsOf("claimed"),
  ),
  stateless("unknown and skipped rows stay so", ["settles an unknown row"], forgettingFactsOf("unknown", "skipped")),
  stateless("an unsubscription settles a row", ["an unsubscription is kept"], ({ communications: { record } }) => ({
    communications: {
      record: (recorded) =>
        record(
          recorded.flatMap((fact) => (fact.status === "unsubscribed" ? [fact, { ...fact, status: "sent" as const }] : [fact])),
        ),
    },
  })),
  stateless("generations are one", ["a fact of another generation"], ({ communications: { record } }) => ({
    communications: { record: (recorded) => record(recorded.map((fact) => ({ ...fact, generation: 1 }))) },
  })),
  stateless("every row is known", ["names where each known row went"], ({ communications: { record } }) => ({
    communications: {
      record: async (recorded) =>
        new Map([
          ...recorded.map(({ logId }) => [logId, { channel: "email", generation: 1 }] as const),
          ...(await record(recorded)),
        ]),
    },
  })),
];
