import type { BatchesApi } from "../../engine/batches.js";
import { notFound } from "../../errors.js";
import type { StoredBatch } from "../../model/batch.js";
import { NO_EFFECTS } from "../../model/effect.js";
import { type Batch, viewBatch } from "../../view/batch.js";
import { viewWaiting } from "../../view/health/waiting.js";
import { viewPage } from "../../view/page.js";
import type { EngineParts } from "../engine-parts.js";
import type { Waits } from "../health/waits.js";
import { pollUntil } from "../poll-until.js";
import { kindOfSingle } from "./ingest.js";

export function createBatches({ store, clock }: EngineParts, waits: Waits): BatchesApi {
  const get = async (id: string): Promise<Batch> => {
    const batch = (await store.batches.get(id)) ?? (await unapplied(id));
    if (batch.status === "completed") return viewBatch(batch);
    return { ...viewBatch(batch), ...viewWaiting(await waits.ofBatch(batch.kind)) };
  };
  const unapplied = async (id: string): Promise<StoredBatch> => {
    const kind = kindOfSingle(id);
    if (kind === undefined) throw notFound("batch", id);
    return {
      id,
      kind,
      createdAt: await clock(),
      status: "processing",
      received: 1,
      accepted: 0,
      ...NO_EFFECTS,
      rejected: 0,
      errors: [],
    };
  };
  return {
    get,
    list: async (filter, page) => viewPage(await store.batches.list(filter, page), viewBatch),
    rejections: async (id, page) => {
      await get(id);
      return store.batches.rejections(id, page);
    },
    completed: (id, options) =>
      pollUntil(
        () => get(id),
        ({ status }) => status === "completed",
        options,
      ),
  };
}
