import type { EngineParts } from "../engine-parts.js";
import { isFirst } from "../once.js";

/** How many uploads a process follows at once; of more, the earliest are not told of. */
const FOLLOWED = 1_000;

/** Tells the log of uploads that are done with. */
export interface BatchNews {
  /** A part of each has its fates now. */
  touched(ids: readonly string[]): void;
  /** Looks at those that were touched, and tells of those that are complete. */
  tell(): Promise<void>;
}

/** Of the processes that worked on an upload, the first to see that it is complete tells of it. */
export function createBatchNews(parts: EngineParts): BatchNews {
  const { store, logger } = parts;
  const followed = new Set<string>();
  return {
    touched: (ids) => {
      for (const id of ids) followed.add(id);
      for (const earliest of followed) {
        if (followed.size <= FOLLOWED) return;
        followed.delete(earliest);
      }
    },
    tell: async () => {
      for (const batchId of [...followed]) {
        const batch = await store.batches.get(batchId);
        if (batch?.status === "processing") continue;
        followed.delete(batchId);
        if (!batch || !(await isFirst(parts, `batch:${batchId}`))) continue;
        const { kind, received, accepted, added, changed, unchanged, rejected, truncated = false } = batch;
        logger.info({ batchId, kind, received, accepted, added, changed, unchanged, rejected, truncated }, "batch completed");
      }
    },
  };
}
