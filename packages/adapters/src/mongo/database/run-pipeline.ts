import type { QueryOptions } from "@crm-engine/core/ports";
import type { Abortable, AggregateOptions, Collection, Document } from "mongodb";

/** The limit for a statement that the server goes on with though its caller has given up. */
const ABANDONED_AFTER_MS = 60_000;

/** Whatever it takes, on disk too. When a call is aborted, the driver closes its connection, by which the server notices. */
export async function runPipeline<T extends Document>(
  collection: Pick<Collection, "aggregate">,
  stages: readonly Document[],
  { signal }: QueryOptions = {},
): Promise<readonly T[]> {
  signal?.throwIfAborted();
  return collection.aggregate<T>([...stages], stoppable(signal)).toArray();
}

/** The same, for results that may be many: they come in batches, the last of which may be shorter. */
export async function* streamPipeline<T extends Document>(
  collection: Pick<Collection, "aggregate">,
  stages: readonly Document[],
  batchSize: number,
  { signal }: QueryOptions = {},
): AsyncGenerator<readonly T[]> {
  signal?.throwIfAborted();
  const cursor = collection.aggregate<T>([...stages], { ...stoppable(signal), batchSize });
  let batch: T[] = [];
  for await (const document of cursor) {
    batch.push(document);
    if (batch.length < batchSize) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

function stoppable(signal: AbortSignal | undefined): AggregateOptions & Abortable {
  return { allowDiskUse: true, ...(signal ? { signal, maxTimeMS: ABANDONED_AFTER_MS } : {}) };
}
