import { type StoreSabotage, stateful, stateless } from "../store-sabotage.fixture.js";

const REASON = "communications.reopen: rows are chosen by the reason";

export const reopenSabotages: readonly StoreSabotage[] = [
  stateless(
    "rows are chosen by state alone",
    ["communications.skipRows: rows are chosen", "communications.reopen: rows are chosen by campaign"],
    ({ communications: { skipRows, reopen } }) => ({
      communications: {
        skipRows: ({ ids: _, ...rows }) => skipRows(rows),
        reopen: ({ ids: _, ...rows }) => reopen(rows),
      },
    }),
  ),
  stateless("rows are reopened whatever their reason", [REASON], ({ communications: { reopen } }) => ({
    communications: { reopen: ({ onlyReason: _, ...rows }) => reopen(rows) },
  })),
  stateless("a row without a reason is counted and never found", [REASON], ({ communications: { reopen } }) => ({
    communications: { reopen: async (rows) => (rows.onlyReason === "failed" ? 0 : reopen(rows)) },
  })),
  stateless(
    "reopening has no limit",
    ["communications.reopen: rows are chosen by campaign"],
    ({ communications: { reopen } }) => ({
      communications: { reopen: (rows) => reopen({ ...rows, limit: 1_000 }) },
    }),
  ),
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
  stateless(
    "skipping has no limit",
    ["cancelling skips pending rows", "communications.skipRows: rows are chosen"],
    ({ communications: { skipRows } }) => ({
      communications: { skipRows: (rows) => skipRows({ ...rows, limit: 1_000 }) },
    }),
  ),
];
