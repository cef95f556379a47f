import { ok } from "node:assert/strict";
import type { StoredCampaign } from "../../model/campaign.js";
import { ADDRESS_FIELDS, type Channel } from "../../model/channel.js";
import { type ClaimedCommunication, type DeliveryFact, logId, type StoredCommunication } from "../../model/communication-log.js";
import type { CustomerChange, CustomerFields, StoredCustomer } from "../../model/customer.js";
import type { OrderChange } from "../../model/order.js";
import type { StoredSegment } from "../../model/segment.js";
import type { ClaimRef } from "../../ports/claims.js";
import type { PlanRange } from "../../ports/communications.js";
import type { Heartbeat } from "../../ports/heartbeats.js";
import type { Store } from "../../ports/index.js";
import type { Condition } from "../../query/condition/condition.js";
import type { Rule } from "../../query/language/rule.js";

/** A time in the past for every store's clock. */
export const START = Date.UTC(2026, 0, 1);
export const MINUTE_MS = 60_000;
export const EVERYONE: Condition = { kind: "all", of: [] };
/** Has what a store could take for a path, an operator or nothing. */
export const AWKWARD_RULE: Rule = {
  all: [
    { field: "attributes.a.b$", op: "in", value: ["$ne", "null", ""] },
    { not: { any: [{ field: "visitCount", op: "gte", value: 1.5 }, { segment: "a.$b" }] } },
    { orders: { where: { field: "sku", op: "in", value: ["$x"] }, within: { days: 90 }, last: { thisMonth: true } } },
    { sample: { percent: 0.01, seed: "$" } },
    { messages: { event: "opened", campaign: "k.1", count: { between: [0, 2] } } },
  ],
};
/** What a vendor call may take. */
export const CALL_MS = 1_000;
/** Longer than any case takes. */
export const LONG_LEASE_MS = 600_000;

/** Stamps are counted from 1. */
export function stamp(count: number): number {
  return START * 1_000 + count;
}

export function upsert(id: string, fields: CustomerFields, count = 1): CustomerChange {
  return { id, stamp: stamp(count), fields, hashes: hashesOf(fields) };
}

/** Stands in these cases for the hash of an address. */
export function hashOf(address: string): string {
  return `1:${address}`;
}

function hashesOf(fields: CustomerFields): StoredCustomer["addressHashes"] {
  const given = ADDRESS_FIELDS.filter((field) => typeof fields[field] === "string");
  return Object.fromEntries(given.map((field) => [field, hashOf(fields[field] ?? "")]));
}

/** A purchase of 1,000 minor units; its stamp is counted. */
export function order(id: string, customerId: string, change: Partial<OrderChange> = {}): OrderChange {
  const { stamp: count = 1, ...rest } = change;
  return {
    id,
    customerId,
    type: "purchase",
    status: "placed",
    amount: 1_000,
    currency: "USD",
    placedAt: START,
    items: [],
    stamp: stamp(count),
    ...rest,
  };
}

/** Of a worker with nothing to do. */
export function heartbeat(id: string, change: Partial<Heartbeat> = {}): Heartbeat {
  return { id, role: "worker", version: "1", host: "h", pid: 1, startedAt: START, doing: [], ...change };
}

export function segment(id: string, change: Partial<StoredSegment> = {}): StoredSegment {
  return { id, name: `Segment ${id}`, rule: { all: [] }, version: 1, createdAt: START, updatedAt: START, ...change };
}

export function campaign(id: string, change: Partial<StoredCampaign> = {}): StoredCampaign {
  return {
    id,
    name: `Campaign ${id}`,
    segmentIds: ["s1"],
    excludeSegmentIds: [],
    message: { channel: "email", subject: "Hi", body: "Hi {{ customer.name }}" },
    status: "draft",
    history: [],
    version: 1,
    createdAt: START,
    updatedAt: START,
    ...change,
  };
}

/** Ids of equal length that sort in their order: PREFIX000, PREFIX001 … */
export function ids(prefix: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}${String(index).padStart(3, "0")}`);
}

export async function addCustomers(store: Store, customerIds: readonly string[]): Promise<void> {
  await store.customers.apply(customerIds.map((id) => upsert(id, { email: `${id}@example.com` })));
}

export function planOf(campaignId: string, change: Partial<PlanRange> = {}): PlanRange {
  return { campaignId, channel: "email" satisfies Channel, condition: EVERYONE, plannedAt: START, ...change };
}

/** Adds customers and plans a campaign to them; their log ids in order. */
export async function planned(store: Store, campaignId: string, customerIds: readonly string[]): Promise<readonly string[]> {
  await addCustomers(store, customerIds);
  await store.communications.plan(planOf(campaignId));
  return customerIds.map((id) => logId(campaignId, id));
}

/** Claims every due row of a campaign. */
export function claimAll(store: Store, campaignId: string, leaseMs = LONG_LEASE_MS): Promise<readonly ClaimedCommunication[]> {
  return store.claims.claim({ campaignId, limit: 1_000, leaseMs });
}

/** Claims the only due row of a campaign. */
export async function claimOne(store: Store, campaignId: string, leaseMs = LONG_LEASE_MS): Promise<ClaimRef> {
  const [claimed, ...more] = await claimAll(store, campaignId, leaseMs);
  ok(claimed && more.length === 0, "one row was due, and one was claimed");
  return { id: claimed.id, epoch: claimed.epoch };
}

/** What a worker keeps of a claim. */
export function refOf({ id, epoch }: ClaimRef): ClaimRef {
  return { id, epoch };
}

export function fact(id: string, status: DeliveryFact["status"], change: Partial<DeliveryFact> = {}): DeliveryFact {
  return { logId: id, generation: 1, status, at: START + MINUTE_MS, ...change };
}

export async function customerOf(store: Store, id: string): Promise<StoredCustomer> {
  const customer = await store.customers.get(id);
  ok(customer, `customer ${id} is there`);
  return customer;
}

export async function logOf(store: Store, id: string): Promise<StoredCommunication> {
  const log = await store.communications.get(id);
  ok(log, `row ${id} is there`);
  return log;
}
