import { expect } from "vitest";
import type { IngestOptions, RowInput } from "../../engine/untrusted.js";
import { memoryEngine } from "../../engine.fixture.js";
import { memoryScratch } from "../../memory/index.js";
import type { BatchKind } from "../../model/batch.js";
import type { Store } from "../../ports/index.js";
import type { QueueMessage } from "../../ports/queue.js";
import type { OpenScratch } from "../../ports/spool.js";
import { readAll, until } from "../../testing/expect.js";
import { type Random, seededRandom } from "../../testing/seeded-random.js";

const ROWS = 180;
const LINES = { id: "No", "customer.email": "Mail", placedAt: "At", amount: "Sum", "item.sku": "Sku", "item.price": "Price" };

/** Takes files in, one after the other, after a dry run of each: whose numbers are the import's, and which leaves the store as it was. */
export async function sameAsImport(store: Store, seed: number, openScratch: OpenScratch = memoryScratch()): Promise<void> {
  let now = Date.parse("2026-06-01T00:00:00Z");
  const engine = memoryEngine({
    store,
    openScratch,
    clock: () => now,
    ...(seed % 5 === 0 ? { unknownCustomers: "reject" } : {}),
  });
  /** Parts one after the other: several workers may divide changed and unchanged otherwise. */
  const workOff = async (kind: BatchKind): Promise<void> => {
    const parts: QueueMessage[] = [];
    const subscription = await engine.queue.subscribe(kind, async (message) => void parts.push(message), { prefetch: 1 });
    await until("nothing queued", 10_000, async () =>
      (await engine.queues.depths()).every(({ messages }) => messages === 0) ? true : undefined,
    );
    await subscription.close();
    for (const part of parts) await engine.apply(kind, [part]);
  };
  const check = async (kind: BatchKind, rows: readonly unknown[], options: Pick<IngestOptions, "lines"> = {}): Promise<void> => {
    const before = await contentOf(store);
    const { suppressed: _, ...dry } = await engine.untrusted.ingest.dryRun(kind, numbered(rows), options);
    expect(await contentOf(store)).toEqual(before);
    const { batchId } = await engine.untrusted.ingest.rows(kind, numbered(rows), options);
    await workOff(kind);
    now += 1_000;
    const { received, added, changed, unchanged, rejected, errors } = await engine.batches.get(batchId);
    expect(dry).toEqual({ received, added, changed, unchanged, rejected, errors });
  };
  await check("customers", randomCustomers(seed));
  await check("orders", randomOrders(seed));
  const { items } = await store.customers.find({ kind: "all", of: [] }, { limit: 4 });
  for (const { id } of items) await engine.customers.erase(id);
  while (await engine.work.erase());
  await check("customers", randomCustomers(seed + 1_000));
  await check("orders", randomOrders(seed + 1_000));
  await check("orders", randomLines(seed), { lines: LINES });
}

export function* numbered(rows: readonly unknown[]): Iterable<RowInput> {
  for (const [index, data] of rows.entries()) yield { row: index + 1, data };
}

/** Few people under many names: with ids and without, addresses that move and are spelt in several ways, consent, and rows that are wrong. */
export function randomCustomers(seed: number): readonly object[] {
  const random = seededRandom(seed);
  return Array.from({ length: ROWS }, () => randomCustomer(random));
}

function randomCustomer(random: Random): object {
  const { chance, int, pick } = random;
  return {
    ...(chance(60) ? { id: `c${int(30)}` } : {}),
    ...(chance(80) ? { email: randomEmail(random) } : {}),
    ...(chance(30) ? { phone: `${pick(["+", "00"])}4477009001${10 + int(10)}` } : {}),
    ...(chance(50) ? { name: pick(["Ann", "Bob", null]) } : {}),
    ...(chance(30) ? { attributes: { plan: pick(["gold", "basic", null]) } } : {}),
    ...(chance(20) ? { tags: pick([["a"], ["b", "a"], []]) } : {}),
    ...(chance(25) ? { consent: { email: randomConsent(random) } } : {}),
    ...(chance(5) ? { visitCount: -1 } : {}),
    ...(chance(3) ? { attributes: { text: "x".repeat(150_000 + int(150_000)) } } : {}),
  };
}

function randomConsent({ chance, int, pick }: Random): object {
  const at = chance(50) ? { at: `20${10 + int(10)}-01-01` } : {};
  if (chance(50)) return { state: "subscribed", ...at };
  return { state: "withdrawn", ...at, ...(chance(60) ? { by: pick(["unsubscribed", "complained", "bounced"]) } : {}) };
}

function randomEmail({ chance, int }: Random): string {
  const name = `person${int(25)}`;
  return `${chance(20) ? " " : ""}${chance(30) ? name.toUpperCase() : name}@Example.com`;
}

export function randomOrders(seed: number): readonly object[] {
  const random = seededRandom(seed);
  const { chance, int, pick } = random;
  return Array.from({ length: ROWS }, () => ({
    id: `o${int(60)}`,
    ...(chance(50) ? { customerId: `c${int(40)}` } : { customer: randomCustomer(random) }),
    type: chance(90) ? "purchase" : "refund",
    status: chance(90) ? "placed" : "cancelled",
    amount: pick([10, 12.5, -1, 99, 60_000_000_000_000]),
    placedAt: `2026-0${1 + int(3)}-01`,
  }));
}

function randomLines(seed: number): readonly object[] {
  const random = seededRandom(seed);
  return Array.from({ length: ROWS }, () => ({
    ...(random.chance(95) ? { id: `l${random.int(40)}` } : {}),
    "customer.email": `person${random.int(2)}@example.com`,
    placedAt: "2026-01-01",
    "item.sku": random.chance(95) ? `s${random.int(9)}` : "",
    "item.quantity": "1",
    "item.price": random.pick(["1.00", "2.00"]),
  }));
}

/** All that an import could have changed. */
async function contentOf(store: Store): Promise<unknown> {
  return {
    customers: await readAll(500, (page) => store.customers.find({ kind: "all", of: [] }, page)),
    orders: await readAll(500, (page) => store.orders.list({}, page)),
    batches: await readAll(500, (page) => store.batches.list({}, page)),
    suppressions: await readAll(500, (page) => store.suppressions.list({}, page)),
  };
}
