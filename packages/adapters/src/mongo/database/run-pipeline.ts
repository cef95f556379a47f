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
  const stoppable: AggregateOptions & Abortable = signal ? { signal, maxTimeMS: ABANDONED_AFTER_MS } : {};
  return collection.aggregate<T>([...stages], { allowDiskUse: true, ...stoppable }).toArray();
}
