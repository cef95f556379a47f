import { byOffset } from "../paging.fixture.js";
import { type StoreSabotage, stateless } from "../store-sabotage.fixture.js";

export const searchSabotages: readonly StoreSabotage[] = [
  stateless("a search looks within words", ["of whom a term begins so"], ({ customers: { search } }) => ({
    customers: { search: (prefix, page) => search(prefix.slice(0, -1) || prefix, page) },
  })),
  stateless("a search gives whoever it meets", ["gives the first"], ({ customers: { search } }) => ({
    customers: {
      search: async (prefix, page) => {
        const { items, nextCursor } = await search(prefix, page);
        return { items: [...items].sort((a, b) => (a.id < b.id ? -1 : 1)), nextCursor };
      },
    },
  })),
  stateless("a search finds the erased", ["what was erased is not found"], ({ customers: { search, erase } }) => ({
    customers: { search, erase: async (id, stamp) => (id === "c2" ? undefined : erase(id, stamp)) },
  })),
  stateless("a search pages by counting", ["a cursor that no page gave"], ({ customers: { search } }) => ({
    customers: { search: (prefix, page) => byOffset((inner) => search(prefix, inner))(page) },
  })),
];
