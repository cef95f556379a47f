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
];
