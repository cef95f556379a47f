import type { Collection, OptionalUnlessRequiredId } from "mongodb";
import { isDuplicateKey } from "./errors.js";

/** Inserts; a document that is there stays as it is. */
export async function insertIfAbsent<D extends { readonly _id: string }>(
  collection: Collection<D>,
  document: OptionalUnlessRequiredId<D>,
): Promise<void> {
  try {
    await collection.insertOne(document);
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
  }
}
