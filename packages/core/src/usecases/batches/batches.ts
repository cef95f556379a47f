import type { BatchesApi } from "../../engine/batches.js";
import { notFound } from "../../errors.js";
import type { StoredBatch } from "../../model/batch.js";
import type { EngineParts } from "../engine-parts.js";
import { sleep } from "../sleep.js";
import { kindOfSingle } from "./ingest.js";

const POLL_MS = 100;

export function createBatches({ store, clock }: EngineParts): BatchesApi {
  const get = async (id: string): Promise<StoredBatch> => {
    const status = await store.batches.get(id);
    if (status) return status;
    const kind = kindOfSingle(id);
    if (kind === undefined) throw notFound("batch", id);
    return { id, kind, createdAt: clock(), status: "processing", received: 1, accepted: 0, rejected: 0, errors: [] };
  };
  return {
    get,
    list: (filter, page) => store.batches.list(filter, page),
    rejections: async (id, page) => {
      await get(id);
      return store.batches.rejections(id, page);
    },
    completed: async (id, { signal, onProgress } = {}) => {
      for (;;) {
        const status = await get(id);
        onProgress?.(status);
        if (status.status === "completed") return status;
        await sleep(POLL_MS, signal);
        signal?.throwIfAborted();
      }
    },
  };
}
