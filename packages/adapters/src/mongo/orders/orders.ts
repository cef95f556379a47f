import {
  effectOf,
  type OrderChange,
  type OrderOutcome,
  orderStampsAfter,
  type Stamp,
  type Stamps,
  type Store,
} from "@crm-engine/core/ports";
import type { AnyBulkWriteOperation, Collection } from "mongodb";
import { customerIdIn } from "../../former-orders.js";
import { type Admit, admission, type OrderBlocks } from "../../order-blocks.js";
import {
  blocksToFill,
  readCustomers,
  recountTotals,
  refreshTotals,
  type StandingCustomers,
  type TouchedBlocks,
} from "../customers/order-totals.js";
import type { Connection } from "../database/connection.js";
import { duplicatesOf } from "../database/errors.js";
import { repeatMissed } from "../database/repeat-missed.js";
import { readServerClock } from "../database/server-clock.js";
import { leaveMark } from "../figures.js";
import type { Collections } from "../schema/collections.js";
import { type OrderDocument, toOrder, toOrderDocument } from "../schema/order-documents.js";
import { listOrders, totalOrders } from "./list-orders.js";
import { orderLines, orderLinks } from "./order-links.js";
import { ofRecipients } from "./recipient-orders.js";
import { soldProducts } from "./sold-products.js";
import { createTouched, type Touched } from "./touched-hours.js";

/** With all that a row can change. Where two write an order at once, a row that the other made stale may be told the wrong effect. */
type Standing = Omit<OrderDocument, "folded" | "batchId" | "row">;
const STANDING = Object.fromEntries(
  [
    "customerId",
    "block",
    "type",
    "status",
    "amount",
    "currency",
    "placedAt",
    "channel",
    "items",
    "firstStamp",
    "stamp",
    "changedStamp",
  ].map((name) => [name, 1]),
);

export function mongoOrders({ use }: Connection): Store["orders"] {
  return {
    apply: (changes) =>
      use(async (collections, client) => {
        const [now, standing] = await Promise.all([
          readServerClock(client),
          readCustomers(collections, [...new Set(changes.map(({ customerId }) => customerId))]),
        ]);
        const touched = createTouched();
        const onRead = async (): Promise<void> => leaveMark(collections, touched.hours(), now);
        const written = await writeOrders(collections, changes, standing, { touched, onRead });
        await refreshTotals(collections, touchedBy(changes, written), { now, standing });
        await leaveMark(collections, await touched.andLater(collections), now);
        return written.map(({ outcome }) => outcome);
      }),
    recount: (range) => use((collections) => recountTotals(collections, range)),
    get: (id) =>
      use(async ({ orders }) => {
        const document = await orders.findOne({ _id: { $eq: id } });
        return document ? toOrder(document) : undefined;
      }),
    getMany: (ids) => use(async ({ orders }) => (await orders.find({ _id: { $in: [...ids] } }).toArray()).map(toOrder)),
    list: (filter, page) => use((collections) => listOrders(collections, filter, page)),
    totals: (filter, options) => use((collections) => totalOrders(collections, filter, options)),
    links: (time, page) => use((collections) => orderLinks(collections, time, page)),
    products: (condition, choice, options) => use((collections) => soldProducts(collections, condition, choice, options)),
    ofRecipients: (campaignId, time, options) => use((collections) => ofRecipients(collections, campaignId, time, options)),
    lines: (time, options) => use((collections) => orderLines(collections, time, options)),
  };
}

/** What became of an order, and the block that it is in where it is stored. */
interface Written {
  readonly outcome: OrderOutcome;
  readonly block?: number | undefined;
  /** Where it is to be written. */
  readonly stamps?: Stamps;
}

function touchedBy(changes: readonly OrderChange[], written: readonly Written[]): ReadonlyMap<string, TouchedBlocks> {
  const touched = new Map<string, { newest: Stamp; readonly blocks: Set<number> }>();
  for (const [index, { customerId, stamp }] of changes.entries()) {
    const block = written[index]?.block;
    if (block === undefined) continue;
    const own = touched.get(customerId) ?? { newest: stamp, blocks: new Set() };
    own.newest = Math.max(stamp, own.newest);
    own.blocks.add(block);
    touched.set(customerId, own);
  }
  return touched;
}

/** Upserts by id, those of one id in their order here. */
async function writeOrders(
  collections: Collections,
  changes: readonly OrderChange[],
  customers: StandingCustomers,
  { touched, onRead }: { readonly touched: Touched; onRead(): Promise<void> },
): Promise<readonly Written[]> {
  const { orders } = collections;
  const written: Written[] = changes.map(() => ({ outcome: "erased" }));
  const places = changes.flatMap(({ customerId, stamp }, index) =>
    stamp <= (customers.get(customerId)?.erasedStamp ?? Number.NEGATIVE_INFINITY) ? [] : [index],
  );
  const judge = judgeOf(await blocksToFill(collections, changes, customers));
  await repeatMissed(places, async (left) => {
    const standing = await readStanding(
      orders,
      left.map((index) => changes[index]?.id ?? ""),
    );
    for (const index of left) {
      const change = changes[index];
      const before = change && standing.get(change.id);
      if (change) touched.add(before?.customerId ?? change.customerId, change.placedAt, before?.placedAt);
    }
    await onRead();
    const inserts: { readonly index: number; readonly document: OrderDocument }[] = [];
    const replacements: AnyBulkWriteOperation<OrderDocument>[] = [];
    for (const index of left) {
      const change = changes[index];
      if (!change) continue;
      const { id } = change;
      const before = standing.get(id);
      const { outcome, block, stamps } = judge(change, before);
      written[index] = { outcome, ...(block === undefined || isFormer(before, change) ? {} : { block }) };
      if (stamps === undefined || block === undefined) continue;
      const customerId = before?.customerId ?? change.customerId;
      const document = toOrderDocument({ ...change, ...stamps, customerId }, block);
      const { _id, ...replacement } = document;
      const filter = { _id, customerId, stamp: { $lte: change.stamp } };
      if (before) replacements.push({ replaceOne: { filter, replacement } });
      else inserts.push({ index, document });
      standing.set(id, document);
    }
    // Sorted, as in `writeGuarded`.
    inserts.sort((a, b) => (a.document._id < b.document._id ? -1 : 1));
    const missed = await insertOrders(orders, inserts);
    // One that meets a newer stamp changes nothing, and has nothing left to do.
    if (replacements.length > 0) await orders.bulkWrite(replacements, { ordered: false });
    return missed;
  });
  return written;
}

/**
 * Says what is to become of an order. One that was let in before, and met another writer's insert, is let in again: the limit was
 * asked for it.
 */
function judgeOf(blocks: ReadonlyMap<string, OrderBlocks>): (change: OrderChange, before: Standing | undefined) => Written {
  const admissions = new Map<string, Admit>([...blocks].map(([customerId, own]) => [customerId, admission(own)]));
  const admitted = new Set<OrderChange>();
  return (change, before) => {
    if (before && customerIdIn(before.customerId) !== change.customerId) return { outcome: "other_customer" };
    // May be a repetition whose first writer died before it wrote the totals.
    if (before && change.stamp < before.stamp) return { outcome: effectOf(before, change.stamp), block: before.block };
    const isLetIn = before !== undefined && (admitted.has(change) || isFormer(before, change));
    const block = isLetIn ? before.block : admissions.get(change.customerId)?.(change.amount, before);
    if (block === undefined) return { outcome: "over_limit" };
    if (!isLetIn) admitted.add(change);
    const stamps = orderStampsAfter(before, change);
    return { outcome: effectOf(stamps, change.stamp), block, stamps };
  };
}

/** Its customer was erased after it was first stored: it is in nobody's totals. */
function isFormer(before: Standing | undefined, { customerId }: OrderChange): boolean {
  return before !== undefined && before.customerId !== customerId;
}

async function readStanding(orders: Collection<OrderDocument>, ids: readonly string[]): Promise<Map<string, Standing>> {
  const found = await orders
    .find({ _id: { $in: ids } })
    .project<Standing>(STANDING)
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
