import type { Rejection } from "../../model/batch.js";
import { EFFECTS, type EffectCounts, NO_EFFECTS } from "../../model/effect.js";
import { recordOf } from "../../model/record-of.js";
import { MAX_BATCH_ERRORS } from "../../ports/batches.js";
import type { ApplyStore, IngestParts } from "../batches/apply-parts.js";

/** The fates of one dry run's rows, counted. */
export interface Tally extends EffectCounts {
  readonly rejected: number;
  /** The first by row, `MAX_BATCH_ERRORS` at most. */
  readonly errors: readonly Rejection[];
}

/** The batch of a dry run, which nobody else ever sees: each part is applied once, by whoever reads the file. */
export function dryBatch(): {
  readonly port: ApplyStore["batches"] & IngestParts["store"]["batches"];
  readonly tally: () => Tally;
} {
  let tally: Tally = { ...NO_EFFECTS, rejected: 0, errors: [] };
  return {
    tally: () => tally,
    port: {
      insert: async () => undefined,
      touch: async () => undefined,
      seal: async () => undefined,
      findParts: async (parts) => parts.map(() => ({ hasFates: false, identities: [] })),
      identify: async (parts) => parts.map(({ identities }) => ({ hasFates: false, identities })),
      record: async (fates) => {
        for (const { rejections, ...effects } of fates) {
          tally = {
            ...recordOf(EFFECTS, (effect) => tally[effect] + effects[effect]),
            rejected: tally.rejected + rejections.length,
            errors: [...tally.errors, ...rejections].sort((a, b) => a.row - b.row).slice(0, MAX_BATCH_ERRORS),
          };
        }
      },
    },
  };
}
