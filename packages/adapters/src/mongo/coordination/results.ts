import type { Store } from "@crm-engine/core";
import type { Connection } from "../database/connection.js";
import { updateOrMake } from "../database/update-or-make.js";

/** Which era stands, and what is kept of it, is decided in one pipeline update of one document. */
export function mongoResults({ use }: Connection): Store["results"] {
  return {
    note: (name, { era, failed }, keep) =>
      use(async ({ results }) => {
        const known = { $ifNull: ["$era", era] };
        const before = { $cond: [{ $lt: [known, era] }, [], { $ifNull: ["$failed", []] }] };
        const added = { $cond: [{ $gt: [known, era] }, [], { $literal: failed.slice(-keep) }] };
        const kept = await updateOrMake(results, name, [
          { $set: { era: { $max: ["$era", era] }, failed: { $slice: [{ $concatArrays: [before, added] }, -keep] } } },
        ]);
        return { kept: kept.failed.length, failed: kept.failed.filter(Boolean).length };
      }),
  };
}
