import { deepEqual, equal } from "node:assert/strict";
import { fact, order, planned, START, stamp } from "../given.js";
import { type CasesOf, storeCase } from "../store-harness.js";

const LATER = 1_000_000;
const TIME = { from: START, to: START + 100 };

export const recipientCases: CasesOf<"orders">["ofRecipients"] = [
  storeCase("orders of a time are counted of those to whom the message was sent, and of nobody else", async (store) => {
    await planned(store, "k1", ["c1", "c2", "c3", "c4"]);
    await planned(store, "k2", ["c5"]);
    await store.communications.record([
      fact("k1:c1", "sent"),
      fact("k1:c2", "bounced"),
      fact("k1:c3", "failed"),
      fact("k2:c5", "sent"),
    ]);
    const most = Number.MAX_SAFE_INTEGER;
    await store.orders.apply([
      order("o1", "c1", { amount: most, placedAt: START }),
      order("o2", "c2", { amount: most, placedAt: START + 99 }),
      order("o3", "c2", { amount: 0, placedAt: START + 50 }),
      order("o4", "c1", { amount: 7, placedAt: START + 100 }),
      order("o5", "c1", { amount: 7, placedAt: START - 1 }),
      order("o6", "c3", { amount: 7 }),
      order("o7", "c4", { amount: 7 }),
      order("o8", "c5", { amount: 7 }),
    ]);
    await store.orders.apply([order("o9", "nobody", { amount: 7 })]);
    const sums = { customers: 2, purchases: 3, purchased: 2n * BigInt(most), refunds: 0, refunded: 0n };
    deepEqual(await store.orders.ofRecipients("k1", TIME), sums);
    deepEqual(await store.orders.ofRecipients("k9", TIME), { ...sums, customers: 0, purchases: 0, purchased: 0n });
  }),
  storeCase("refunds are counted apart, cancelled orders not at all, and those of the erased go on counting", async (store) => {
    await planned(store, "k1", ["c1", "c2"]);
    await store.communications.record([fact("k1:c1", "sent"), fact("k1:c2", "delivered")]);
    await store.orders.apply([
      order("o1", "c1", { amount: 10 }),
      order("o2", "c1", { amount: 4, type: "refund" }),
      order("o3", "c2", { amount: 3, type: "refund" }),
      order("o4", "c2", { amount: 5, status: "cancelled" }),
    ]);
    const sums = { customers: 1, purchases: 1, purchased: 10n, refunds: 2, refunded: 7n };
    deepEqual(await store.orders.ofRecipients("k1", TIME), sums);
    await store.customers.erase("c1", stamp(LATER));
    deepEqual(await store.orders.ofRecipients("k1", TIME), sums);
  }),
  storeCase("recipients' orders that are called off reject with the reason given", async (store) => {
    const reason = new Error("nobody waits any more");
    const answer = store.orders.ofRecipients("k1", TIME, { signal: AbortSignal.abort(reason) });
    equal(
      await answer.then(
        () => "answered",
        (error: unknown) => error,
      ),
      reason,
    );
  }),
];
