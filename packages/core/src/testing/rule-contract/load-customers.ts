import assert from "node:assert/strict";
import { type DeliveryFact, logId } from "../../model/communication-log.js";
import type { CustomerChange, Stamp } from "../../model/customer.js";
import { isEffect } from "../../model/effect.js";
import type { OrderChange } from "../../model/order.js";
import { RECEIPT_STATUSES } from "../../model/receipt.js";
import type { Store } from "../../ports/index.js";
import type { Condition } from "../../query/condition/condition.js";
import { orderId } from "./generate-history.js";
import type { TableCustomer, TableOrder } from "./rule-table.js";
import { GENERATED_CONTEXT } from "./value-pools.js";

const FIRST_STAMP = 1_700_000_000_000_000;

/** The stamp of what was accepted at a step: a later step is newer. */
export function stampAt(step: number): Stamp {
  return FIRST_STAMP + step;
}

/** Writes customers with their orders and messages, all of them accepted at one step. */
export async function loadCustomers(store: Store, customers: readonly TableCustomer[], step = 0): Promise<void> {
  await store.customers.apply(customers.map(({ id, fields }) => changeOf(id, step, fields)));
  const orders = customers.flatMap((customer) =>
    (customer.orders ?? []).map((order, index) => orderOf(customer.id, step, order, index)),
  );
  for (const outcome of await store.orders.apply(orders)) assert.ok(isEffect(outcome), outcome);
  await loadMessages(store, customers);
}

export function changeOf(id: string, step: number, fields: CustomerChange["fields"]): CustomerChange {
  return { id, stamp: stampAt(step), fields };
}

/** Plans each campaign to those who have a message of it, and records what became of them. */
async function loadMessages(store: Store, customers: readonly TableCustomer[]): Promise<void> {
  const sent = customers.flatMap(({ id, messages = [] }) => messages.map((message) => ({ customerId: id, ...message })));
  for (const campaignId of new Set(sent.map((message) => message.campaignId))) {
    const values = sent.filter((message) => message.campaignId === campaignId).map(({ customerId }) => customerId);
    const condition: Condition = { kind: "textIn", field: { of: "customer", name: "id", type: "text" }, values };
    await store.communications.plan({ campaignId, channel: "email", condition, plannedAt: GENERATED_CONTEXT.now });
  }
  await store.communications.record(
    sent.flatMap(({ campaignId, customerId, evidence }) =>
      RECEIPT_STATUSES.flatMap((status): readonly DeliveryFact[] => {
        const at = evidence[status];
        return at === undefined ? [] : [{ logId: logId(campaignId, customerId), generation: 1, status, at }];
      }),
    ),
  );
}

function orderOf(customerId: string, step: number, order: TableOrder, index: number): OrderChange {
  const id = order.id ?? orderId(customerId, index);
  return { status: "placed", items: [], ...order, id, customerId, currency: GENERATED_CONTEXT.currency, stamp: stampAt(step) };
}
