import { type Evidence, type FactState, foldFact } from "../../model/communication-log.js";
import type { OrderItem, StoredOrder } from "../../model/order.js";
import { RECEIPT_STATUSES } from "../../model/receipt.js";
import type { SubjectMessage } from "../../query/condition/subject.js";
import type { Random } from "../seeded-random.js";
import {
  AMOUNTS,
  CAMPAIGN_IDS,
  CATEGORIES,
  COUNTS,
  GENERATED_CONTEXT,
  INSTANTS,
  NAMES,
  PRICES,
  QUANTITIES,
  SALES_CHANNELS,
  SKUS,
} from "./value-pools.js";

/** Orders on the edges of windows: refunds and cancelled ones among them, without items, with the same item twice. */
export function generateOrders(random: Random, customerId: string): readonly StoredOrder[] {
  const count = random.chance(35) ? 0 : random.pick(COUNTS);
  const usual = random.pick(AMOUNTS);
  return Array.from({ length: count }, (_, index) => ({
    id: orderId(customerId, index),
    customerId,
    type: random.chance(15) ? "refund" : "purchase",
    status: random.chance(15) ? "cancelled" : "placed",
    amount: random.chance(40) ? usual : random.pick(AMOUNTS),
    currency: GENERATED_CONTEXT.currency,
    placedAt: random.pick(INSTANTS),
    items: generateItems(random),
    ...(random.chance(70) ? { channel: random.pick(SALES_CHANNELS) } : {}),
  }));
}

export function orderId(customerId: string, index: number): string {
  return `${customerId}/${index}`;
}

/** One row of some campaigns, with the times at which some facts of it were seen. */
export function generateMessages(random: Random): readonly SubjectMessage[] {
  return CAMPAIGN_IDS.filter(() => random.chance(60)).map((campaignId) => ({ campaignId, evidence: generateEvidence(random) }));
}

function generateItems(random: Random): readonly OrderItem[] {
  if (random.chance(20)) return [];
  return Array.from({ length: 1 + random.int(3) }, () => ({
    sku: random.pick(SKUS),
    quantity: random.pick(QUANTITIES),
    price: random.pick(PRICES),
    ...(random.chance(60) ? { name: random.pick(NAMES.filter((name) => name !== "")) } : {}),
    ...(random.chance(60) ? { category: random.pick(CATEGORIES) } : {}),
  }));
}

function generateEvidence(random: Random): Evidence {
  const facts = RECEIPT_STATUSES.filter(() => random.chance(35)).map((status) => ({
    logId: "",
    generation: 1,
    status,
    at: random.pick(INSTANTS),
  }));
  return facts.reduce<FactState>(foldFact, { status: "pending", evidence: {}, generation: 1 }).evidence;
}
