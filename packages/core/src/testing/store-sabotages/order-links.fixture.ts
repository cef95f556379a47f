import { type StoreSabotage, stateless } from "./store-sabotage.fixture.js";

const LINKS = "each order of a time comes once";

export const orderLinkSabotages: readonly StoreSabotage[] = [
  ...(["first", "previous", "beforePrevious"] as const).map((name) =>
    stateless(`an order does not know the time of its ${name}`, [LINKS], ({ orders: { links } }) => ({
      orders: {
        links: async (time, page) => {
          const { items, nextCursor } = await links(time, page);
          return { items: items.map(({ [name]: _, ...link }) => link), nextCursor };
        },
      },
    })),
  ),
  stateless("a time includes its end", [LINKS], ({ orders: { links } }) => ({
    orders: { links: ({ from, to }, page) => links({ from, to: to + 1 }, page) },
  })),
  stateless("who comes back takes up former purchases", ["comes back under an erased id"], ({ orders: { links } }) => ({
    orders: {
      links: async (time, page) => {
        const { items, nextCursor } = await links(time, page);
        return { items: items.map((link) => ({ ...link, first: items[0]?.placedAt ?? link.placedAt })), nextCursor };
      },
    },
  })),
  stateless("lines of refunds are purchases", ["counted by what they sell"], ({ orders: { lines } }) => ({
    orders: {
      lines: async (time, options) => (await lines(time, options)).map((line) => ({ ...line, type: "purchase" as const })),
    },
  })),
  stateless("lines are never called off", ["lines that are called off"], ({ orders: { lines } }) => ({
    orders: { lines: (time) => lines(time) },
  })),
  stateless("everybody is a recipient", ["and of nobody else"], ({ orders: { ofRecipients, totals } }) => ({
    orders: {
      ofRecipients: async (campaignId, time) => {
        const { purchaseCount, purchases } = await totals({ ...time, status: "placed" });
        return { ...(await ofRecipients(campaignId, time)), purchases: purchaseCount, purchased: purchases };
      },
    },
  })),
  stateless("sums of recipients are numbers", ["and of nobody else"], ({ orders: { ofRecipients } }) => ({
    orders: {
      ofRecipients: async (campaignId, time, options) => {
        const sums = await ofRecipients(campaignId, time, options);
        return { ...sums, purchased: BigInt(Number(sums.purchased)) + 2n };
      },
    },
  })),
  stateless("a refund is a purchase", ["refunds are counted apart"], ({ orders: { ofRecipients } }) => ({
    orders: {
      ofRecipients: async (campaignId, time, options) => {
        const sums = await ofRecipients(campaignId, time, options);
        return { ...sums, purchases: sums.purchases + sums.refunds, refunds: 0 };
      },
    },
  })),
  stateless(
    "a count of recipients' orders goes on",
    ["recipients' orders that are called off"],
    ({ orders: { ofRecipients } }) => ({
      orders: { ofRecipients: (campaignId, time) => ofRecipients(campaignId, time) },
    }),
  ),
  stateless("statuses are counted by the hour", ["counted in the quarter-hour"], ({ communications: { seen } }) => ({
    communications: {
      seen: async (campaignId) =>
        (await seen(campaignId)).map((count) => ({ ...count, at: Math.floor(count.at / 3_600_000) * 3_600_000 })),
    },
  })),
];
