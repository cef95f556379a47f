import { otherLayout } from "../../other-layout.js";
import type { Collections } from "../schema/collections.js";
import { insertIfAbsent } from "./insert-if-absent.js";

/** Raised by every change to the documents after which older databases can't be used as they are. */
const LAYOUT = 9;
/** The layout of data from before there were marks. */
const UNMARKED = 1;
const MARK = "layout";

/**
 * Marks an empty namespace with this engine's layout before anything else is written to it; of several engines that find it empty
 * at the same time, the first decides. A namespace of another layout is refused, and left as it is.
 */
export async function ensureLayout({ schema, ...others }: Collections): Promise<void> {
  const readMark = async () => (await schema.findOne({ _id: { $eq: MARK } }))?.layout;
  let found = await readMark();
  if (found === undefined && (await holdDocuments(others))) found = (await readMark()) ?? UNMARKED;
  if (found === undefined) {
    await insertIfAbsent(schema, { _id: MARK, layout: LAYOUT });
    found = (await readMark()) ?? LAYOUT;
  }
  if (found !== LAYOUT) throw otherLayout(found, LAYOUT);
}

async function holdDocuments(collections: Omit<Collections, "schema">): Promise<boolean> {
  const all: readonly { findOne(): Promise<unknown> }[] = Object.values(collections);
  const first = await Promise.all(all.map((collection) => collection.findOne()));
  return first.some((document) => document !== null);
}
