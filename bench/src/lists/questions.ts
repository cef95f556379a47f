import type { Engine } from "@crm-engine/core";
import { customerId, sku } from "../population/people.js";
import { CAMPAIGN, UPLOAD } from "./listed-rows.js";

/** How many rows a first page has. */
const LIMIT = 20;

interface Listed {
  readonly items: readonly unknown[];
}

/** Every list, filter and search of the engine, by what it is called here. */
export function questionsOf(
  engine: Engine,
  segments: Readonly<Record<string, string>>,
): Readonly<Record<string, () => Promise<number>>> {
  const page = { limit: LIMIT };
  const { customers, orders, campaigns, batches, suppressions } = engine;
  const lists: Record<string, () => Promise<Listed>> = {
    customers: () => customers.list(page),
    "customers by e-mail": () => customers.find({ email: "person4242@example.com" }, page),
    "customers by phone": () => customers.find({ phone: "+12120004242" }, page),
    "search by e-mail": () => customers.search("person42", page),
    "search by phone": () => customers.search("+1 212 0004", page),
    "search by name": () => customers.search("garcía", page),
    "search by id": () => customers.search("c00042", page),
    "search for nobody": () => customers.search("nobody at all", page),
    orders: () => orders.list({}, page),
    "orders of a customer": () => orders.list({ customerId: customerId(0) }, page),
    "orders of a month": () => orders.list({ from: "2026-03-01", to: "2026-04-01" }, page),
    "orders of an item": () => orders.list({ sku: sku(0) }, page),
    "orders of an item in a month": () => orders.list({ sku: sku(1_000), from: "2026-03-01", to: "2026-04-01" }, page),
    "orders by channel": () => orders.list({ channel: "shop" }, page),
    "orders by upload": () => orders.list({ batchId: UPLOAD }, page),
    refunds: () => orders.list({ type: "refund" }, page),
    "cancelled orders": () => orders.list({ status: "cancelled" }, page),
    "refunds by channel": () => orders.list({ type: "refund", channel: "shop" }, page),
    "cancelled orders of an item": () => orders.list({ status: "cancelled", sku: sku(0) }, page),
    "orders of a channel that is none": () => orders.list({ channel: "none" }, page),
    log: () => campaigns.log({ campaignId: CAMPAIGN }, page),
    "log by status": () => campaigns.log({ campaignId: CAMPAIGN, status: "delivered" }, page),
    "log by a rare status": () => campaigns.log({ campaignId: CAMPAIGN, status: "failed" }, page),
    "log by a status that none has": () => campaigns.log({ campaignId: CAMPAIGN, status: "bounced" }, page),
    "log by reason": () => campaigns.log({ campaignId: CAMPAIGN, reason: "550 no such user" }, page),
    "log by search": () => campaigns.log({ campaignId: CAMPAIGN, search: "c00042" }, page),
    "log of a customer": () => campaigns.log({ customerId: customerId(42) }, page),
    batches: () => batches.list({}, page),
    "batches by kind": () => batches.list({ kind: "orders" }, page),
    suppressions: () => suppressions.list({}, page),
    "suppressions by channel": () => suppressions.list({ channel: "sms" }, page),
    campaigns: () => campaigns.list(page),
    "campaigns by name": () => campaigns.list(page, { search: "letter" }),
    "campaigns by status": () => campaigns.list(page, { status: "completed" }),
    segments: () => engine.segments.list(page),
    ...Object.fromEntries(
      Object.entries(segments).map(([name, id]) => [`members: ${name}`, () => engine.segments.members(id, page)]),
    ),
  };
  const counted = Object.entries(lists).map(([name, list]) => [name, async () => (await list()).items.length] as const);
  return {
    ...Object.fromEntries(counted),
    "totals of a customer's orders": async () => (await orders.totals({ customerId: customerId(0) })).orders,
    "totals of an upload": async () => (await orders.totals({ batchId: UPLOAD })).orders,
  };
}
