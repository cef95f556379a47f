import { type OrderChange, type OrderOutcome, pageOf, readCursor, type Stamp, type Store } from "@crm-engine/core/ports";
import type { AnyBulkWriteOperation, Collection, Filter } from "mongodb";
import { readCustomers, recountTotals, refreshTotals, type StandingCustomers } from "../customers/order-totals.js";
import type { Connection } from "../database/connection.js";
import { duplicatesOf } from "../database/errors.js";
import { repeatMissed } from "../database/repeat-missed.js";
import type { Collections } from "../schema/collections.js";
import { type OrderDocument, toOrder, toOrderDocument } from "../schema/order-documents.js";

type Standing = Pick<OrderDocument, "_id" | "customerId" | "stamp">;

export function mongoOrders({ use }: Connection): Store["orders"] {
  return {
    apply: (changes) =>
      use(async (collections) => {
        const standing = await readCustomers(collections, [...new Set(changes.map(({ customerId }) => customerId))]);
        const outcomes = await writeOrders(collections, changes, standing);
        const newest = new Map<string, Stamp>();
        for (const [index, { customerId, stamp }] of changes.entries()) {
          // A stale order may be a repetition whose first writer died before it wrote the totals.
          if (outcomes[index] !== "stored" && outcomes[index] !== "stale") continue;
          newest.set(customerId, Math.max(stamp, newest.get(customerId) ?? stamp));
        }
        await refreshTotals(collections, newest, standing);
        return outcomes;
      }),
    recount: (range) => use((collections) => recountTotals(collections, range)),
    get: (id) =>
      use(async ({ orders }) => {
        const document = await orders.findOne({ _id: { $eq: id } });
        return document ? toOrder(document) : undefined;
      }),
    list: ({ customerId }, page) =>
      use(async ({ orders }) => {
        const after = readCursor(page.cursor, ["number", "string"]);
        const filters: Filter<OrderDocument>[] = [
          ...(customerId === undefined ? [] : [{ customerId: { $eq: customerId } }]),
          ...(after
            ? [{ placedAt: { $lte: after[0] } }, { $or: [{ placedAt: { $lt: after[0] } }, { _id: { $lt: after[1] } }] }]
            : []),
        ];
        const rows = await orders
          .find(filters.length > 0 ? { $and: filters } : {})
          .sort({ placedAt: -1, _id: -1 })
          .limit(page.limit + 1)
          .toArray();
        return pageOf(rows, page, ({ placedAt, _id }) => [placedAt, _id], toOrder);
      }),
  };
}

/** Upserts by id, those of one id in their order here. */
async function writeOrders(
  { orders }: Collections,
  changes: readonly OrderChange[],
  customers: StandingCustomers,
): Promise<readonly OrderOutcome[]> {
  const outcomes: OrderOutcome[] = changes.map(() => "stored");
  const places = changes.flatMap(({ customerId, stamp }, index) => {
    const isErased = stamp <= (customers.get(customerId)?.erasedStamp ?? Number.NEGATIVE_INFINITY);
    if (isErased) outcomes[index] = "erased";
    return isErased ? [] : [index];
  });
  await repeatMissed(places, async (left) => {
    const standing = await readStanding(
      orders,
      left.map((index) => changes[index]?.id ?? ""),
    );
    const inserts: { readonly index: number; readonly document: OrderDocument }[] = [];
    const replacements: AnyBulkWriteOperation<OrderDocument>[] = [];
    for (const index of left) {
      const change = changes[index];
      if (!change) continue;
      const { id } = change;
      const before = standing.get(id);
      outcomes[index] = outcomeOf(change, before);
      if (outcomes[index] !== "stored") continue;
      const { _id, ...replacement } = toOrderDocument(change);
      const filter = { _id, customerId: change.customerId, stamp: { $lte: change.stamp } };
      if (before) replacements.push({ replaceOne: { filter, replacement } });
      else inserts.push({ index, document: { _id, ...replacement } });
      standing.set(id, { _id: id, customerId: change.customerId, stamp: change.stamp });
    }
    // Sorted, as in `writeGuarded`.
    inserts.sort((a, b) => (a.document._id < b.document._id ? -1 : 1));
    const missed = await insertOrders(orders, inserts);
    // One that meets a newer stamp changes nothing, and has nothing left to do.
    if (replacements.length > 0) await orders.bulkWrite(replacements, { ordered: false });
    return missed;
  });
  return outcomes;
}

function outcomeOf(change: OrderChange, before: Standing | undefined): OrderOutcome {
  if (before && before.customerId !== change.customerId) return "other_customer";
  return before && change.stamp < before.stamp ? "stale" : "stored";
}

async function readStanding(orders: Collection<OrderDocument>, ids: readonly string[]): Promise<Map<string, Standing>> {
  const found = await orders
    .find({ _id: { $in: ids } })
    .project<Standing>({ customerId: 1, stamp: 1 })
    .toArray();
  return new Map(found.map((order) => [order._id, order]));
}

/** Returns the indexes whose id another writer has inserted meanwhile. */
async function insertOrders(
  orders: Collection<OrderDocument>,
  inserts: readonly { readonly index: number; readonly document: OrderDocument }[],
): Promise<readonly number[]> {
  if (inserts.length === 0) return [];
  try {
    await orders.insertMany(
      inserts.map(({ document }) => document),
      { ordered: false },
    );
    return [];
  } catch (error) {
    const duplicates = duplicatesOf(error);
    if (!duplicates) throw error;
    return duplicates.flatMap((place) => inserts[place]?.index ?? []);
  }
}
