import type { Break } from "./break.js";

export const RECEIPTS_BREAKS: readonly Break[] = [
  {
    name: "last-receipt-wins",
    experiment: "receipts",
    wrong: "of several receipts for one message that come together, only the last counts",
    store: (store) => ({
      ...store,
      communications: {
        ...store.communications,
        record: (facts) => store.communications.record([...new Map(facts.map((fact) => [fact.logId, fact])).values()]),
      },
    }),
  },
];
