import type { Collection, Document, Filter, UpdateFilter } from "mongodb";

/**
 * Updates every document that matches, until none does: a cluster that moves chunks may leave some out of an update of many without
 * a word. What was updated must not match any more.
 */
export async function updateAll<D extends Document>(
  collection: Collection<D>,
  filter: Filter<D>,
  update: UpdateFilter<D> | Document[],
): Promise<void> {
  let matched: number;
  do {
    ({ matchedCount: matched } = await collection.updateMany(filter, update));
  } while (matched > 0);
}
