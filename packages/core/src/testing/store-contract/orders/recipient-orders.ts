import { deepEqual, equal } from "node:assert/strict";
import { type DeliveryFact, logId } from "../../../model/communication-log.js";
import type { OrderChange } from "../../../model/order.js";
import type { ReceiptStatus } from "../../../model/receipt.js";
import type { RecipientOrders, TimeSpan } from "../../../ports/orders.js";
import { seededRandom } from "../../seeded-random.js";
import { fact, ids, order, planned, START, stamp } from "../given.js";
import { type CasesOf, storeCase } from "../store-harness.js";

const random = seededRandom(7);
const CUSTOMERS = [...ids("c", 40), "c001:x", "c1"];
const TAKEN: readonly ReceiptStatus[] = ["sent", "delivered", "bounced", "opened", "clicked", "complained"];
const NOT_TAKEN: readonly ReceiptStatus[] = ["failed", "unsubscribed"];

/** Of each campaign, to whom what happened. */
const FACTS: readonly DeliveryFact[] = ["k1", "k2", "k3"].flatMap((campaignId) =>
  CUSTOMERS.flatMap((customerId) =>
    random.chance(70)
      ? random.some([...TAKEN, ...NOT_TAKEN], 2).map((status) => fact(logId(campaignId, customerId), status))
      : [],
  ),
);

const ORDERS: readonly OrderChange[] = Array.from({ length: 300 }, (_, index) =>
  order(`o${index}`, random.pick([...CUSTOMERS.slice(10), "stranger"]), {
    amount: random.int(2 ** 33),
    placedAt: START + random.int(40),
    type: random.chance(25) ? "refund" : "purchase",
    status: random.chance(15) ? "cancelled" : "placed",
  }),
);

const TIMES: readonly TimeSpan[] = [
  { from: START, to: START + 40 },
  { from: START + 10, to: START + 20 },
  { from: START + 20, to: START + 21 },
  { from: START + 20, to: START + 20 },
  { from: START + 40, to: START + 90 },
];

/** By looking at every fact for every order. */
function byHand(orders: readonly OrderChange[], campaignId: string, { from, to }: TimeSpan): RecipientOrders {
  const met = orders.filter(
    ({ placedAt, status, customerId }) =>
      placedAt >= from &&
      placedAt < to &&
      status === "placed" &&
      FACTS.some((one) => one.logId === logId(campaignId, customerId) && TAKEN.includes(one.status)),
  );
  const of = (type: OrderChange["type"]) => met.filter((one) => one.type === type);
  const sum = (some: readonly OrderChange[]) => some.reduce((total, { amount }) => total + BigInt(amount), 0n);
  return {
    purchases: of("purchase").length,
    purchased: sum(of("purchase")),
    refunds: of("refund").length,
    refunded: sum(of("refund")),
    customers: new Set(of("purchase").map(({ customerId }) => customerId)).size,
  };
}

export const recipientOrdersCases: CasesOf<"orders">["ofRecipients"] = [
  storeCase("recipients' orders of a time are those that one finds by hand", async (store) => {
    for (const campaignId of ["k1", "k2", "k3"]) await planned(store, campaignId, CUSTOMERS);
    await store.communications.record(FACTS);
    await store.orders.apply(ORDERS);
    for (const campaignId of ["k1", "k2", "k3", "k", "k1:c001", "nothing"]) {
      for (const time of TIMES) {
        const told = `${campaignId} ${JSON.stringify(time)}`;
        deepEqual(await store.orders.ofRecipients(campaignId, time), byHand(ORDERS, campaignId, time), told);
      }
    }
  }),
  storeCase("recipients' orders count on when a recipient is erased, and later ones under the id count too", async (store) => {
    await planned(store, "k1", ["c1", "c2", "c3"]);
    await store.communications.record([fact("k1:c1", "sent"), fact("k1:c2", "sent"), fact("k1:c3", "failed")]);
    const time = { from: START, to: START + 1 };
    const expected = { purchases: 3, purchased: 30n, refunds: 0, refunded: 0n, customers: 2 };
    await store.orders.apply(["c1", "c1", "c2", "c3"].map((id, index) => order(`o${index}`, id, { amount: 10 })));
    deepEqual(await store.orders.ofRecipients("k1", time), expected);
    const later = START + 1_000_000;
    for (const id of ["c1", "c2", "c3"]) await store.customers.erase(id, stamp(later));
    deepEqual(await store.orders.ofRecipients("k1", time), expected);
    await store.orders.apply([
      order("o5", "c1", { amount: 5, stamp: later + 1 }),
      order("o6", "c2", { amount: 1, type: "refund", stamp: later + 1 }),
    ]);
    const since = { purchases: 4, purchased: 35n, refunds: 1, refunded: 1n, customers: 2 };
    deepEqual(await store.orders.ofRecipients("k1", time), since);
    await store.customers.erase("c1", stamp(later + 2));
    deepEqual(await store.orders.ofRecipients("k1", time), since);
  }),
  storeCase("recipients' orders add up exactly beyond what a number holds", async (store) => {
    const most = Number.MAX_SAFE_INTEGER;
    const amounts = [most, most - 1, most, 2 ** 31, 2 ** 20 - 1, most];
    const customerIds = ids("c", amounts.length);
    await planned(store, "k1", customerIds);
    await store.communications.record(customerIds.map((id) => fact(logId("k1", id), "delivered")));
    await store.orders.apply(
      customerIds.map((id, index) =>
        order(`o-${id}`, id, { amount: amounts[index] ?? 0, type: index % 2 === 0 ? "purchase" : "refund" }),
      ),
    );
    const { purchased, refunded } = await store.orders.ofRecipients("k1", { from: START, to: START + 1 });
    const sum = (rest: number) =>
      amounts.reduce((total, amount, index) => total + (index % 2 === rest ? BigInt(amount) : 0n), 0n);
    deepEqual([purchased, refunded], [sum(0), sum(1)]);
  }),
  storeCase("recipients' orders of thousands of customers are counted in whatever batches they come", async (store) => {
    const customerIds = Array.from({ length: 2_500 }, (_, index) => `c${index}`);
    await planned(store, "k1", customerIds);
    await store.communications.record(customerIds.slice(0, 2_200).map((id) => fact(logId("k1", id), "sent")));
    await store.orders.apply(customerIds.map((id) => order(`o-${id}`, id, { amount: 3 })));
    const counted = await store.orders.ofRecipients("k1", { from: START, to: START + 1 });
    deepEqual(counted, { purchases: 2_200, purchased: 6_600n, refunds: 0, refunded: 0n, customers: 2_200 });
  }),
  storeCase("recipients' orders that are called off reject with the reason given", async (store) => {
    const reason = new Error("nobody waits any more");
    const answer = store.orders.ofRecipients("k1", { from: START, to: START + 1 }, { signal: AbortSignal.abort(reason) });
    equal(
      await answer.then(
        () => "answered",
        (error: unknown) => error,
      ),
      reason,
    );
  }),
];
