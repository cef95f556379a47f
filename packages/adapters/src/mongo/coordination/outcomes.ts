import type { Store } from "@crm-engine/core/ports";
import type { Connection } from "../database/connection.js";
import { updateOrMake } from "../database/update-or-make.js";

/** The window and what is kept of it are decided in one pipeline update of one document. */
export function mongoOutcomes({ use }: Connection): Store["outcomes"] {
  return {
    record: (name, { window, failed }, keep) =>
      use(async ({ outcomes }) => {
        const known = { $ifNull: ["$window", window] };
        const before = { $cond: [{ $lt: [known, window] }, [], { $ifNull: ["$failed", []] }] };
        const added = { $cond: [{ $gt: [known, window] }, [], { $literal: failed.slice(-keep) }] };
        const kept = await updateOrMake(outcomes, name, [
          { $set: { window: { $max: ["$window", window] }, failed: { $slice: [{ $concatArrays: [before, added] }, -keep] } } },
        ]);
        return { kept: kept.failed.length, failed: kept.failed.filter(Boolean).length };
      }),
  };
}
