import type { Orders, RecipientOrders } from "../../ports/orders.js";
import { type StoreSabotage, stateless } from "./store-sabotage.fixture.js";

const BY_HAND = "those that one finds by hand";

function changed(
  breaks: string,
  noticedBy: readonly string[],
  change: (found: RecipientOrders) => RecipientOrders,
): StoreSabotage {
  return stateless(breaks, noticedBy, ({ orders: { ofRecipients } }) => ({
    orders: { ofRecipients: async (...asked) => change(await ofRecipients(...asked)) },
  }));
}

function asking(breaks: string, noticedBy: readonly string[], ask: (of: Orders["ofRecipients"]) => Orders["ofRecipients"]) {
  return stateless(breaks, noticedBy, ({ orders: { ofRecipients } }) => ({ orders: { ofRecipients: ask(ofRecipients) } }));
}

export const recipientOrderSabotages: readonly StoreSabotage[] = [
  stateless("everybody is a recipient", [BY_HAND], ({ orders: { ofRecipients, totals } }) => ({
    orders: {
      ofRecipients: async (campaignId, time) => {
        const { purchaseCount, purchases } = await totals({ ...time, status: "placed" });
        return { ...(await ofRecipients(campaignId, time)), purchases: purchaseCount, purchased: purchases };
      },
    },
  })),
  asking(
    "a time includes its end",
    [BY_HAND],
    (of) =>
      (id, { from, to }) =>
        of(id, { from, to: to + 1 }),
  ),
  asking(
    "a time leaves out its beginning",
    [BY_HAND],
    (of) =>
      (id, { from, to }) =>
        of(id, { from: from + 1, to }),
  ),
  changed("refunds are purchases", [BY_HAND], (found) => ({ ...found, purchases: found.purchases + found.refunds, refunds: 0 })),
  changed("customers are counted by purchase", [BY_HAND, "count on when a recipient is erased"], (found) => ({
    ...found,
    customers: found.purchases,
  })),
  stateless("cancelled orders count", [BY_HAND], ({ orders: { ofRecipients, apply } }) => ({
    orders: { ofRecipients, apply: (changes) => apply(changes.map((change) => ({ ...change, status: "placed" }))) },
  })),
  changed("recipients' sums are numbers", ["add up exactly beyond"], (found) => ({
    ...found,
    purchased: BigInt(Number(found.purchased)),
    refunded: BigInt(Number(found.refunded)),
  })),
  changed("only the first batch of recipients counts", ["in whatever batches they come"], (found) => ({
    ...found,
    customers: Math.min(found.customers, 1_000),
  })),
  asking("a count of recipients' orders goes on", ["recipients' orders that are called off"], (of) => (id, time) => of(id, time)),
  stateless("the erased are no recipients", ["count on when a recipient is erased"], ({ customers: { erase }, orders }) => {
    const erased = { any: false };
    return {
      customers: {
        erase: async (id, at) => {
          erased.any = true;
          return erase(id, at);
        },
      },
      orders: {
        ofRecipients: async (id, time, options) => {
          const found = await orders.ofRecipients(id, time, options);
          return erased.any ? { ...found, purchases: 0 } : found;
        },
      },
    };
  }),
];
