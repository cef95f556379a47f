import type { Collection, Document, Filter, OptionalUnlessRequiredId } from "mongodb";
import { insertIfAbsent } from "./insert-if-absent.js";

/**
 * Updates one document by a pipeline and returns the result. A missing document is first inserted, with its id and what is `given`,
 * in a step of its own: not every server evaluates `$$NOW` in an upsert that races with another.
 */
export async function updateOrMake<D extends { readonly _id: string }>(
  collection: Collection<D>,
  id: string,
  pipeline: Document[],
  given: Partial<D> = {},
): Promise<D> {
  const filter = { _id: { $eq: id } } as Filter<D>;
  for (;;) {
    const document = await collection.findOneAndUpdate(filter, pipeline, { returnDocument: "after" });
    if (document) return document as D;
    await insertIfAbsent(collection, { ...given, _id: id } as OptionalUnlessRequiredId<D>);
  }
}
