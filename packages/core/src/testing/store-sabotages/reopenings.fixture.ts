import type { ClaimRef } from "../../ports/claims.js";
import { type StoreSabotage, stateful, stateless } from "./store-sabotage.fixture.js";

export const reopeningsSabotages: readonly StoreSabotage[] = [
  stateless("nothing is refunded", ["the last attempt of a row"], () => ({ claims: { refund: async () => undefined } })),
  stateful(
    "a refund is repeated",
    ["the last attempt of a row", "what was refunded with its release"],
    () => ({ refunds: new Map<string, number>() }),
    ({ claims: { refund }, communications: { get } }, { refunds }) => ({
      claims: {
        refund: (rows) => {
          for (const { id } of rows) refunds.set(id, (refunds.get(id) ?? 0) + 1);
          return refund([]);
        },
      },
      communications: {
        get: async (id) => {
          const log = await get(id);
          return log && { ...log, attempts: log.attempts - (refunds.get(id) ?? 0) };
        },
      },
    }),
  ),
  stateful(
    "a refund looks at no epoch",
    ["the last attempt of a row"],
    () => ({ held: [] as readonly ClaimRef[] }),
    ({ claims: { refund, claim } }, state) => ({
      claims: {
        claim: async (request) => {
          const claimed = await claim(request);
          state.held = claimed;
          return claimed;
        },
        refund: () => refund(state.held),
      },
    }),
  ),
  stateless(
    "rows are chosen by state alone",
    ["skipping: rows are chosen", "reopening: rows are chosen"],
    ({ communications: { skipRows, reopen } }) => ({
      communications: {
        skipRows: ({ ids: _, ...rows }) => skipRows(rows),
        reopen: ({ ids: _, ...rows }) => reopen(rows),
      },
    }),
  ),
  stateless("reopening has no limit", ["reopening: rows are chosen"], ({ communications: { reopen } }) => ({
    communications: { reopen: (rows) => reopen({ ...rows, limit: 1_000 }) },
  })),
  stateful(
    "reopenings are not looked at",
    ["within a reopening no row is reopened twice"],
    () => ({ reopening: 100 }),
    ({ communications: { reopen } }, state) => ({
      communications: { reopen: (rows) => reopen({ ...rows, reopening: ++state.reopening }) },
    }),
  ),
  stateless(
    "a reopened row keeps its generation",
    ["in its next generation", "within a reopening"],
    ({ communications: { get } }) => ({
      communications: {
        get: async (id) => {
          const log = await get(id);
          return log && { ...log, generation: 1 };
        },
      },
    }),
  ),
  stateless("receipts of every generation count", ["late receipts of the generation"], ({ communications: { record, get } }) => ({
    communications: {
      record: async (facts) => {
        const generations = await Promise.all(facts.map(async ({ logId }) => (await get(logId))?.generation ?? 1));
        return record(facts.map((fact, index) => ({ ...fact, generation: generations[index] ?? 1 })));
      },
    },
  })),
  stateful(
    "each handle counts what was reopened before it asked",
    ["two handles racing reopen"],
    () => ({ reopened: 0 }),
    ({ communications: { reopen } }, state) => ({
      communications: {
        reopen: async (rows) => {
          state.reopened += await reopen(rows);
          return state.reopened;
        },
      },
    }),
  ),
];
