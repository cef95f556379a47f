import type { Collection, Document, Filter } from "mongodb";
import { isDuplicateKey } from "./errors.js";

/**
 * Updates one document by a pipeline, making it where it is not there, and returns it as it then is. Of two callers that make it
 * at once the second finds the first's.
 */
export async function upsertByPipeline<D extends { readonly _id: string }>(
  collection: Collection<D>,
  id: string,
  pipeline: Document[],
): Promise<D> {
  const filter = { _id: { $eq: id } } as Filter<D>;
  for (;;) {
    try {
      const document = await collection.findOneAndUpdate(filter, pipeline, { upsert: true, returnDocument: "after" });
      if (document) return document as D;
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
    }
  }
}
