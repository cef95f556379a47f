import { randomUUID } from "node:crypto";
import type { AnyBulkWriteOperation, Collection, UpdateFilter } from "mongodb";
import { duplicatesOf } from "../database/errors.js";
import type { CustomerDocument, TombstoneDocument } from "../schema/customer-documents.js";

/** A customer's document without the fields that a write adds. */
type Whole = Omit<CustomerDocument, "_id" | "version" | "ordersVersion" | "writtenBy">;

/**
 * A compare-and-set of one customer: an insert if none was read, the replacement of a tombstone, or an update of the version that
 * was read.
 */
export type GuardedWrite =
  | { readonly id: string; readonly insert: Whole }
  | { readonly id: string; readonly revive: Whole; readonly tombstone: TombstoneDocument }
  | {
      readonly id: string;
      readonly expected: number;
      readonly set: Partial<CustomerDocument>;
      readonly unset: readonly (keyof CustomerDocument)[];
    };

/**
 * Writes in one unordered bulk, each only where the customer still has the version that was read (or is still absent), and
 * raises that version. Returns the ids that missed. A write that went through but was overwritten since may be among them.
 */
export async function writeGuarded(
  customers: Collection<CustomerDocument>,
  version: "version" | "ordersVersion",
  writes: readonly GuardedWrite[],
): Promise<ReadonlySet<string>> {
  if (writes.length === 0) return new Set();
  const writtenBy = randomUUID();
  // Sorted by id: two bulks could deadlock on a server that locks a bulk's documents until its end.
  const ordered = [...writes].sort((a, b) => (a.id < b.id ? -1 : 1));
  const done = await bulk(
    customers,
    ordered.map((write) => operation(write, version, writtenBy)),
  );
  if (done === writes.length) return new Set();
  const ids = writes.map(({ id }) => id);
  const through = await customers
    .find({ _id: { $in: ids }, writtenBy })
    .project<{ readonly _id: string }>({ _id: 1 })
    .toArray();
  const written = new Set(through.map(({ _id }) => _id));
  return new Set(ids.filter((id) => !written.has(id)));
}

function operation(
  write: GuardedWrite,
  version: "version" | "ordersVersion",
  writtenBy: string,
): AnyBulkWriteOperation<CustomerDocument> {
  if ("insert" in write) {
    return { insertOne: { document: { _id: write.id, ...write.insert, version: 1, ordersVersion: 1, writtenBy } } };
  }
  if ("revive" in write) {
    const { tombstone, revive } = write;
    const { erasedStamp } = tombstone;
    return {
      replaceOne: { filter: versionsOf(tombstone), replacement: { ...revive, ...raised(tombstone), erasedStamp, writtenBy } },
    };
  }
  const { id, expected, set, unset } = write;
  const update: UpdateFilter<CustomerDocument> = {
    $set: { ...set, [version]: expected + 1, writtenBy },
    ...(unset.length > 0 ? { $unset: Object.fromEntries(unset.map((field) => [field, ""])) } : {}),
  };
  return { updateOne: { filter: { _id: id, [version]: expected }, update } };
}

async function bulk(
  customers: Collection<CustomerDocument>,
  operations: AnyBulkWriteOperation<CustomerDocument>[],
): Promise<number> {
  try {
    const { matchedCount, insertedCount } = await customers.bulkWrite(operations, { ordered: false });
    return matchedCount + insertedCount;
  } catch (error) {
    const duplicates = duplicatesOf(error);
    if (!duplicates) throw error;
    return operations.length - duplicates.length;
  }
}

type Versioned = Pick<CustomerDocument, "_id" | "version" | "ordersVersion">;

/** Matches the document only as it was read. */
export function versionsOf({ _id, version, ordersVersion }: Versioned): Versioned {
  return { _id, version, ordersVersion };
}

/** The versions of what replaces it. */
export function raised({ version, ordersVersion }: Versioned): Pick<Versioned, "version" | "ordersVersion"> {
  return { version: version + 1, ordersVersion: ordersVersion + 1 };
}
