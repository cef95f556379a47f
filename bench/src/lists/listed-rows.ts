import {
  type AddressEvidence,
  type BatchRecord,
  type DeliveryFact,
  logId,
  type Store,
  type StoredCampaign,
} from "@crm-engine/core/ports";
import { inBatches } from "../population/load.js";
import { customerId, DAY_MS, generateCustomers, generateOrders, NOW } from "../population/people.js";

export const CAMPAIGN = "c0";
export const UPLOAD = "upload-0";
const STARTED = NOW - 20 * DAY_MS;
/** One in so many orders is cancelled, one in so many messages failed: what is looked for by them is few in many. */
const ONE_IN = 500;
const PLANNED_AT_ONCE = 20_000;

/** So many customers, orders and log rows, and a share of them of what there is less of. */
export async function fill(store: Store, rows: number, say: (line: string) => void): Promise<void> {
  const told = (what: string) => {
    let last = Date.now();
    return (done: number, of: number): void => {
      if (Date.now() - last < 10_000) return;
      last = Date.now();
      say(`${done.toLocaleString("en")} of ${of.toLocaleString("en")} ${what}`);
    };
  };
  await inBatches(customersOf(rows), rows, (batch) => store.customers.apply(batch), told("customers"));
  await inBatches(ordersOf(rows), rows, (batch) => store.orders.apply(batch), told("orders"));
  for (const campaign of campaignsOf(rows / 1_000)) await store.campaigns.insert(campaign);
  await plan(store);
  await inBatches(factsOf(rows), rows, (batch) => store.communications.record(batch), told("receipts"));
  await inBatches(evidenceOf(rows / 10), rows / 10, (batch) => store.suppressions.record(batch), told("suppressions"));
  const insertAll = (batch: readonly BatchRecord[]) => Promise.all(batch.map((record) => store.batches.insert(record)));
  await inBatches(batchesOf(rows / 100), rows / 100, insertAll, told("batches"));
}

function* customersOf(count: number) {
  let index = 0;
  for (const change of generateCustomers(count)) {
    yield { ...change, fields: { ...change.fields, phone: phoneOf(index) } };
    index += 1;
  }
}

function phoneOf(index: number): string {
  return `+1212${String(index).padStart(7, "0")}`;
}

function* ordersOf(count: number) {
  let index = 0;
  for (const order of generateOrders(count)) {
    if (index === count) return;
    const batchId = `upload-${Math.floor(index / 1_000)}`;
    yield { ...order, batchId, row: (index % 1_000) + 1, ...(index % ONE_IN === 0 ? { status: "cancelled" as const } : {}) };
    index += 1;
  }
}

function* campaignsOf(count: number): Generator<StoredCampaign> {
  for (let index = 0; index < Math.max(20, count); index++) {
    yield {
      id: `c${index}`,
      name: `Newsletter ${index}`,
      segmentIds: [],
      excludeSegmentIds: [],
      message: { channel: "email", subject: "Hello", body: "Hi" },
      status: "completed",
      history: [{ at: STARTED, from: "draft", to: "planning", by: "user", why: "launched" }],
      version: 1,
      createdAt: STARTED,
      updatedAt: STARTED,
    };
  }
}

async function plan({ customers, communications }: Store): Promise<void> {
  let after: string | undefined;
  do {
    const upTo = await customers.idAfter(after, PLANNED_AT_ONCE);
    await communications.plan({
      campaignId: CAMPAIGN,
      channel: "email",
      condition: { kind: "all", of: [] },
      plannedAt: STARTED,
      ...(after === undefined ? {} : { after }),
      ...(upTo === undefined ? {} : { upTo }),
    });
    after = upTo;
  } while (after !== undefined);
}

function* factsOf(count: number): Generator<DeliveryFact> {
  for (let index = 0; index < count; index++) {
    const fact = { logId: logId(CAMPAIGN, customerId(index)), generation: 1, at: STARTED + (index % 7_200_000) };
    if (index % ONE_IN === 1) yield { ...fact, status: "failed", reason: "550 no such user" };
    else yield { ...fact, status: index % 2 === 0 ? "sent" : "delivered" };
  }
}

function* evidenceOf(count: number): Generator<AddressEvidence> {
  for (let index = 0; index < count; index++) {
    const channel = index % 2 === 0 ? "email" : "sms";
    yield { channel, hash: `1:${String(index).padStart(8, "0")}`, kind: "unsubscribed", at: STARTED };
  }
}

function* batchesOf(count: number): Generator<BatchRecord> {
  for (let index = 0; index < count; index++) {
    yield { id: `upload-${index}`, kind: index % 2 === 0 ? "orders" : "customers", createdAt: STARTED + index };
  }
}
