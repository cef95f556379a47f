import { byOffset } from "../paging.fixture.js";
import { type StoreSabotage, stateless } from "../store-sabotage.fixture.js";

export const foundRowSabotages: readonly StoreSabotage[] = [
  stateless("the log is not filtered by reason", ["listed by the reason"], ({ communications: { list } }) => ({
    communications: { list: ({ reason: _, ...filter }, page) => list(filter, page) },
  })),
  stateless("a reason is looked for in every state", ["listed by the reason"], ({ communications: { list } }) => ({
    communications: {
      list: async (filter, page) => {
        if (filter.reason === undefined || filter.status !== undefined) return list(filter, page);
        const { reason, ...others } = filter;
        const { items, nextCursor } = await list(others, page);
        return { items: items.filter((row) => row.reason === reason), nextCursor };
      },
    },
  })),
  stateless(
    "rows are found by their customer's id only",
    ["then of their address", "pages give each once"],
    ({ communications: { search } }) => ({
      communications: { search: (rows, page) => search({ ...rows, search: { ...rows.search, address: "\u{10FFFF}~" } }, page) },
    }),
  ),
  stateless(
    "a search asks for no state",
    ["then of their address", "pages give each once"],
    ({ communications: { search } }) => ({
      communications: { search: ({ status: _, reason: __, ...rows }, page) => search(rows, page) },
    }),
  ),
  stateless("a search goes through another campaign too", ["then of their address"], ({ communications: { search, list } }) => ({
    communications: {
      search: async (rows, page) => {
        const { items, nextCursor } = await search(rows, page);
        if (nextCursor !== null) return { items, nextCursor };
        const others = await list({ campaignId: `${rows.campaignId}2` }, { limit: 1 });
        return { items: [...items, ...others.items].slice(0, page.limit), nextCursor };
      },
    },
  })),
  stateless("an erased address is found", ["is found no more"], ({ communications: { search }, customers: { erase } }) => ({
    communications: { search },
    customers: { erase: async (id, stamp) => (id === "c1" ? undefined : erase(id, stamp)) },
  })),
  stateless("found rows are paged by counting", ["a cursor that no page gave"], ({ communications: { search } }) => ({
    communications: { search: (rows, page) => byOffset((inner) => search(rows, inner))(page) },
  })),
];
