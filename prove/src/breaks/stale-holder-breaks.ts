import { splitLogId } from "@crm-engine/core/ports";
import type { Break } from "./break.js";

export const STALE_HOLDER_BREAKS: readonly Break[] = [
  {
    name: "release-not-fenced",
    experiment: "stale-holder",
    wrong: "a message that is given back is failed, whoever has it in hand by now",
    store: (store) => ({
      ...store,
      claims: {
        ...store.claims,
        release: async (claims) => {
          const known = claims.filter(({ id }) => splitLogId(id) !== undefined);
          const failed = known.map(({ id, reason }) => ({
            logId: id,
            generation: 1,
            status: "failed" as const,
            at: Date.now(),
            ...(reason === undefined ? {} : { reason }),
          }));
          await store.communications.record(failed);
        },
      },
    }),
  },
];
