import { deepEqual, equal } from "node:assert/strict";
import { compareCodePoints } from "../../../model/code-points.js";
import type { CustomerFields } from "../../../model/customer.js";
import type { Store } from "../../../ports/index.js";
import { searchTerms } from "../../../query/customer-search.js";
import { readAll } from "../../expect.js";
import { ids, order, stamp, upsert } from "../given.js";
import { type CasesOf, storeCase } from "../store-harness.js";

const PEOPLE: readonly (CustomerFields & { readonly id: string })[] = [
  { id: "c1", name: "Ann Smith", email: "ann@example.com", phone: "+4915112345" },
  { id: "ann", name: "Zoë  de la Cruz-Ann" },
  { id: "ANNE", email: "smith@example.com" },
  { id: "c4", name: "Annika ann Annabel", phone: "+4915199999" },
  { id: "49151", name: "ÅNGSTRÖM ann" },
  { id: "c6", name: "😀 \u{10FFFF} \uFFEE _%" },
  { id: "c7", email: "%_@example.com", name: "de la" },
];
const PREFIXES = [
  "a",
  "an",
  "ann",
  "anna",
  "ann smith",
  "smith",
  "cruz",
  "c",
  "49151",
  "zoë",
  "ångström",
  "😀",
  "_",
  "%",
  "\u{10FFFF}",
  "de la ",
  "q",
];

/** By the definition: everyone's first term that begins so. */
function found(prefix: string, people: readonly (CustomerFields & { readonly id: string })[]): readonly string[] {
  const rows = people.flatMap(({ id, name, email, phone }) => {
    const terms = searchTerms({ id, ...(name ? { name } : {}), ...(email ? { email } : {}), ...(phone ? { phone } : {}) });
    const [first] = terms.filter((term) => term.startsWith(prefix)).sort(compareCodePoints);
    return first === undefined ? [] : [{ id, first }];
  });
  return rows.sort((a, b) => compareCodePoints(a.first, b.first) || compareCodePoints(a.id, b.id)).map(({ id }) => id);
}

async function search(store: Store, prefix: string, limit = 100): Promise<readonly string[]> {
  return idsOf(await readAll(limit, (page) => store.customers.search(prefix, page)));
}

function idsOf(people: readonly { readonly id: string }[]): readonly string[] {
  return people.map(({ id }) => id);
}

export const searchCases: CasesOf<"customers">["search"] = [
  storeCase("those are found of whom a term begins so, each once, in the order of what begins so", async (store) => {
    await store.customers.apply(PEOPLE.map(({ id, ...fields }) => upsert(id, fields)));
    for (const prefix of PREFIXES) {
      for (const limit of [1, 2, 100])
        deepEqual(await search(store, prefix, limit), found(prefix, PEOPLE), `${prefix} by ${limit}`);
    }
    deepEqual((await store.customers.search("smith", { limit: 1 })).items, await store.customers.getMany(["c1"]));
  }),
  storeCase("of very many who begin so, or have the same name, a page gives the first", async (store) => {
    const people = ids("c", 1_300).map((id, index) => ({
      id,
      name: index % 2 === 0 ? "Same" : `Same${(index * 7_919) % 1_301}`,
    }));
    await store.customers.apply(people.map(({ id, name }) => upsert(id, { name })));
    const all = found("sa", people);
    const first = await store.customers.search("sa", { limit: 40 });
    deepEqual(idsOf(first.items), all.slice(0, 40));
    deepEqual(await search(store, "sa", 400), all);
    deepEqual(await search(store, "c", 700), found("c", people));
  }),
  storeCase("what changed is found by what it is now, and what was erased is not found", async (store) => {
    await store.customers.apply([upsert("c1", { name: "Ann", email: "ann@example.com" }), upsert("c2", { name: "Ann" })]);
    await store.customers.apply([upsert("c1", { name: "Bea", email: null }, 2)]);
    deepEqual([await search(store, "ann"), await search(store, "bea")], [["c2"], ["c1"]]);
    await store.customers.withdrawConsent([{ customerId: "c1", channel: "email", by: "unsubscribed", at: 1 }]);
    await store.orders.apply([order("o1", "c2"), order("o2", "c3")]);
    deepEqual([await search(store, "b"), await search(store, "c")], [["c1"], ["c1", "c2", "c3"]]);
    for (const id of ["c1", "c2", "c3", "nobody"]) await store.customers.erase(id, stamp(3));
    for (const prefix of ["b", "a", "c", "n"]) equal((await search(store, prefix)).length, 0, prefix);
    await store.customers.apply([upsert("c2", { name: "Cleo" }, 4)]);
    deepEqual([await search(store, "cl"), await search(store, "c"), await search(store, "a")], [["c2"], ["c2"], []]);
  }),
];
