import { deepEqual, equal, ok } from "node:assert/strict";
import { MAX_ORDERS_TOTAL, type OrderChange, totalsOf } from "../../../model/order.js";
import type { Store } from "../../../ports/index.js";
import { race, readAll } from "../../expect.js";
import { addCustomers, customerOf, ids, order, START, stamp, upsert } from "../given.js";
import { type CasesOf, storeCase, twoStoreCase } from "../store-harness.js";
import { filteredListCases, totalsCases } from "./filtered-orders.js";
import { lineCases, linkCases } from "./order-links.js";
import { productCases } from "./products.js";
import { recipientOrdersCases } from "./recipient-orders.js";

export const orderCases: CasesOf<"orders"> = {
  apply: [
    storeCase("an order delivered twice counts once", async (store) => {
      for (let times = 0; times < 3; times++) deepEqual(await store.orders.apply([order("o1", "c1")]), ["added"]);
      deepEqual(await totals(store, "c1"), { orderCount: 1, totalSpend: 1_000, firstOrderAt: START, lastOrderAt: START });
    }),
    twoStoreCase("an order delivered by several callers at once counts once", async (stores) => {
      await race(10, async (index) => stores[index % 2 === 0 ? 0 : 1].orders.apply([order("o1", "c1")]));
      equal((await totals(stores[0], "c1")).totalSpend, 1_000);
      equal((await totals(stores[1], "c1")).orderCount, 1);
    }),
    twoStoreCase("20 racing orders of one customer make the right total", async (stores) => {
      await race(20, async (index) =>
        stores[index % 2 === 0 ? 0 : 1].orders.apply([
          order(`o${index}`, "c1", { amount: 1 << index, placedAt: START + index, type: index === 19 ? "refund" : "purchase" }),
        ]),
      );
      deepEqual(await totals(stores[0], "c1"), {
        orderCount: 19,
        totalSpend: (1 << 19) - 1 - (1 << 19),
        firstOrderAt: START,
        lastOrderAt: START + 18,
      });
    }),
    storeCase("an older stamp loses, and its order's totals stay", async (store) => {
      deepEqual(await store.orders.apply([order("o1", "c1", { amount: 500, stamp: 2 })]), ["added"]);
      deepEqual(await store.orders.apply([order("o1", "c1", { amount: 900, stamp: 1, placedAt: START - 1 })]), ["changed"]);
      equal((await store.orders.get("o1"))?.amount, 500);
      deepEqual(await totals(store, "c1"), { orderCount: 1, totalSpend: 500, firstOrderAt: START, lastOrderAt: START });
    }),
    storeCase("a newer stamp replaces the whole order, and totals follow", async (store) => {
      await store.orders.apply([
        order("o1", "c1", { channel: "web", placedAt: START + 5 }),
        order("o2", "c1", { placedAt: START + 9 }),
      ]);
      const newer = order("o1", "c1", {
        amount: 300,
        placedAt: START + 20,
        items: [{ sku: "x", quantity: 1, price: 3 }],
        stamp: 2,
      });
      deepEqual(await store.orders.apply([newer]), ["changed"]);
      deepEqual(await store.orders.get("o1"), withoutStamp(newer));
      deepEqual(await totals(store, "c1"), {
        orderCount: 2,
        totalSpend: 1_300,
        firstOrderAt: START + 9,
        lastOrderAt: START + 20,
      });
      await store.orders.apply([order("o1", "c1", { type: "refund", amount: 300, stamp: 3 })]);
      deepEqual(await totals(store, "c1"), { orderCount: 1, totalSpend: 700, firstOrderAt: START + 9, lastOrderAt: START + 9 });
    }),
    storeCase(
      "an order says what a row did, now and when the row comes again, and a row that says nothing new changes nothing",
      async (store) => {
        const items = [{ sku: "x", name: "X", quantity: 2, price: 3 }];
        const first = order("o1", "c1", { items, channel: "web", batchId: "b1", row: 1, stamp: 1 });
        const same = { ...first, batchId: "b2", row: 7, stamp: stamp(2) };
        const other = { ...first, items: [{ sku: "x", name: "Y", quantity: 2, price: 3 }], stamp: stamp(3) };
        deepEqual(await store.orders.apply([first]), ["added"]);
        for (let times = 0; times < 2; times++) deepEqual(await store.orders.apply([same]), ["unchanged"]);
        deepEqual([(await store.orders.get("o1"))?.batchId, (await store.orders.get("o1"))?.row], ["b2", 7]);
        for (let times = 0; times < 2; times++) deepEqual(await store.orders.apply([other]), ["changed"]);
        deepEqual(await store.orders.apply([first, { ...other, stamp: stamp(4) }]), ["added", "unchanged"]);
        const { channel: _, ...bare } = other;
        for (const [place, change] of [bare, { ...bare, items: [] }, { ...bare, items, amount: 7 }].entries())
          deepEqual(await store.orders.apply([{ ...change, stamp: stamp(5 + place) }]), ["changed"]);
      },
    ),
    storeCase("an order keeps its customer", async (store) => {
      await addCustomers(store, ["c1", "c2"]);
      await store.orders.apply([order("o1", "c1")]);
      deepEqual(await store.orders.apply([order("o1", "c2", { amount: 7, stamp: 2 })]), ["other_customer"]);
      deepEqual(await store.orders.get("o1"), withoutStamp(order("o1", "c1")));
      deepEqual([(await totals(store, "c1")).totalSpend, (await totals(store, "c2")).totalSpend], [1_000, 0]);
    }),
    storeCase("one call takes good orders with bad, and answers for each in its place", async (store) => {
      await store.orders.apply([order("o1", "c1", { stamp: 5 }), order("o2", "c2")]);
      const outcomes = await store.orders.apply([
        order("o3", "c1"),
        order("o2", "c1", { stamp: 2 }),
        order("o1", "c1", { amount: 1, stamp: 4 }),
        order("o4", "c3", { amount: 40 }),
      ]);
      deepEqual(outcomes, ["added", "other_customer", "changed", "added"]);
      deepEqual(
        [(await totals(store, "c1")).totalSpend, (await totals(store, "c2")).totalSpend, (await totals(store, "c3")).totalSpend],
        [2_000, 1_000, 40],
      );
      deepEqual(await store.orders.apply([]), []);
    }),
    storeCase("of one order twice in a call the newer stamp stands, whichever comes first", async (store) => {
      await store.orders.apply([order("o1", "c1", { amount: 2, stamp: 2 }), order("o1", "c1", { amount: 1, stamp: 1 })]);
      await store.orders.apply([order("o2", "c2", { amount: 1, stamp: 1 }), order("o2", "c2", { amount: 2, stamp: 2 })]);
      for (const id of ["1", "2"]) {
        equal((await store.orders.get(`o${id}`))?.amount, 2);
        deepEqual(await totals(store, `c${id}`), { orderCount: 1, totalSpend: 2, firstOrderAt: START, lastOrderAt: START });
      }
    }),
    storeCase("a refund lowers the spend and nothing else", async (store) => {
      await store.orders.apply([order("r1", "c1", { type: "refund", amount: 300, placedAt: START - 10 })]);
      deepEqual(await totals(store, "c1"), { orderCount: 0, totalSpend: -300 });
      await store.orders.apply([order("o1", "c1"), order("r2", "c1", { type: "refund", amount: 100, placedAt: START + 10 })]);
      deepEqual(await totals(store, "c1"), { orderCount: 1, totalSpend: 600, firstOrderAt: START, lastOrderAt: START });
    }),
    storeCase("a cancelled order counts in no total, and as placed again it counts again", async (store) => {
      const bought = order("o1", "c1");
      const later = order("o2", "c1", { amount: 50, placedAt: START + 10 });
      const refund = order("r1", "c1", { type: "refund", amount: 300, placedAt: START + 20 });
      const cancelled = (one: OrderChange, count: number) => ({ ...one, status: "cancelled" as const, stamp: stamp(count) });
      await store.orders.apply([bought, later, refund]);
      for (const [sent, orderCount, totalSpend, times] of [
        [cancelled(bought, 2), 1, -250, { firstOrderAt: START + 10, lastOrderAt: START + 10 }],
        [cancelled(later, 2), 0, -300, {}],
        [cancelled(refund, 2), 0, 0, {}],
        [bought, 0, 0, {}],
        [{ ...bought, stamp: stamp(3) }, 1, 1_000, { firstOrderAt: START, lastOrderAt: START }],
        [{ ...refund, stamp: stamp(3) }, 1, 700, { firstOrderAt: START, lastOrderAt: START }],
      ] as const) {
        deepEqual(await store.orders.apply([sent]), [sent === bought ? "added" : "changed"]);
        deepEqual(await totals(store, "c1"), { orderCount, totalSpend, ...times });
        deepEqual((await store.orders.recount({ limit: 10 })).corrected, []);
      }
      const { items } = await store.orders.list({ customerId: "c1" }, { limit: 10 });
      deepEqual(
        items.map(({ id, status }) => [id, status]),
        [
          ["r1", "placed"],
          ["o2", "cancelled"],
          ["o1", "placed"],
        ],
      );
    }),
    storeCase("a customer whose first order comes cancelled has bought nothing", async (store) => {
      const never = order("o1", "c1", { status: "cancelled" });
      await store.orders.apply([never]);
      deepEqual(await totals(store, "c1"), { orderCount: 0, totalSpend: 0 });
      deepEqual(await store.orders.get("o1"), withoutStamp(never));
    }),
    storeCase("totals are exact for the largest amounts", async (store) => {
      const amount = 999_999_999_999;
      await store.orders.apply(ids("o", 9).map((id) => order(id, "c1", { amount })));
      equal((await totals(store, "c1")).totalSpend, 9 * amount);
    }),
    storeCase("a call for many customers leaves each with its own totals", async (store) => {
      const customerIds = ids("c", 40);
      await store.orders.apply(ids("o", 200).map((id, index) => order(id, customerIds[index % 40] ?? "", { amount: index })));
      for (const [index, id] of customerIds.entries()) {
        const { orderCount, totalSpend } = await totals(store, id);
        deepEqual({ orderCount, totalSpend }, { orderCount: 5, totalSpend: 5 * index + 400 }, id);
      }
    }),
    storeCase("an order makes a bare customer, which a later record fills in", async (store) => {
      await store.orders.apply([order("o1", "c1")]);
      const bare = await customerOf(store, "c1");
      deepEqual([bare.stamp, bare.tags, bare.attributes, bare.visitCount, bare.email], [0, [], {}, 0, undefined]);
      await store.customers.apply([{ id: "c1", stamp: 1, fields: { name: "Ann", email: "ann@example.com" } }]);
      const filled = await customerOf(store, "c1");
      deepEqual([filled.name, filled.email, filled.orderCount, filled.totalSpend], ["Ann", "ann@example.com", 1, 1_000]);
      deepEqual([...(await store.customers.findOwners("email", ["ann@example.com"]))], [["ann@example.com", ["c1"]]]);
    }),
    storeCase("a customer's own fields are untouched by orders", async (store) => {
      await store.customers.apply([
        upsert("c1", { name: "Ann", email: "ann@example.com", tags: ["a"], attributes: { plan: "paid" } }),
      ]);
      const before = await customerOf(store, "c1");
      await store.orders.apply([order("o1", "c1")]);
      const after = await customerOf(store, "c1");
      const ordered = { orderCount: 1, totalSpend: 1_000, firstOrderAt: START, lastOrderAt: START };
      deepEqual({ ...after, updatedAt: 0 }, { ...before, ...ordered, updatedAt: 0 });
    }),
    twoStoreCase("totals are untouched by upserts, also by racing ones", async (stores) => {
      await race(20, async (index) =>
        index % 2 === 0
          ? stores[0].orders.apply([order(`o${index}`, "c1")])
          : stores[1].customers.apply([upsert("c1", { attributes: { [`key${index}`]: index } }, index)]),
      );
      const customer = await customerOf(stores[0], "c1");
      equal(Object.keys(customer.attributes).length, 10, "every upsert is there");
      deepEqual([customer.orderCount, customer.totalSpend], [10, 10_000]);
      await stores[1].customers.apply([upsert("c1", { name: "Ann" }, 100)]);
      deepEqual([(await totals(stores[0], "c1")).totalSpend, (await customerOf(stores[0], "c1")).name], [10_000, "Ann"]);
    }),
    storeCase("totals of thousands of orders follow each of them", async (store) => {
      const many = thousands(2_500);
      for (const part of [many.slice(0, 900), many.slice(900, 2_200), many.slice(2_200)]) await store.orders.apply(part);
      deepEqual(await totals(store, "c1"), totalsOf(many));
      const changed = [3, 999, 1_000, 1_700, 2_499].map((place) => order(`o${place}`, "c1", { amount: 7, stamp: 2 }));
      const later = [...changed, order("first", "c1", { placedAt: START - 9 }), order("last", "c1", { placedAt: START + 9_999 })];
      await store.orders.apply(later);
      const refund = order("o4", "c1", { type: "refund", amount: 5, stamp: 2 });
      const cancelled = order("o1001", "c1", { amount: 1_001, status: "cancelled", stamp: 2 });
      await store.orders.apply([many[3] ?? order("none", "c1"), refund, cancelled]);
      const stands = new Map([...many, ...later].map((one) => [one.id, one]));
      for (const one of [refund, cancelled]) stands.set(one.id, one);
      deepEqual(await totals(store, "c1"), totalsOf(stands.values()));
      deepEqual((await store.orders.recount({ limit: 10 })).corrected, []);
    }),
    twoStoreCase("totals of thousands of orders are right when their writers race and repeat", async (stores) => {
      const many = thousands(2_400);
      const parts = Array.from({ length: 8 }, (_, part) => many.slice(part * 300, part * 300 + 400));
      await race(16, async (index) => stores[index % 2 === 0 ? 0 : 1].orders.apply(parts[index % 8] ?? []));
      deepEqual(await totals(stores[0], "c1"), totalsOf(many));
      deepEqual((await stores[1].orders.recount({ limit: 10 })).corrected, []);
    }),
    storeCase("totals of thousands of orders go with their customer", async (store) => {
      const many = thousands(1_500);
      await store.orders.apply(many);
      await store.customers.erase("c1", stamp(5));
      const later = order("later", "c1", { amount: 3, stamp: 6 });
      deepEqual(await store.orders.apply([later]), ["added"]);
      deepEqual(await totals(store, "c1"), totalsOf([later]));
      await store.customers.erase("c1", stamp(7));
      await store.customers.apply([upsert("c1", { name: "Ann" }, 8)]);
      deepEqual(await totals(store, "c1"), totalsOf([]));
      equal((await store.orders.list({ customerId: "c1" }, { limit: 1 })).items[0]?.id, many.at(-1)?.id);
      deepEqual((await store.orders.recount({ limit: 10 })).corrected, []);
    }),
    storeCase("an order that would take its customer's past the limit is refused, and its neighbours stored", async (store) => {
      const half = 2 ** 52;
      const given = [
        order("o1", "c1", { amount: half }),
        order("o2", "c1", { amount: half }),
        order("o3", "c2"),
        order("o4", "c1", { amount: half - 1 }),
        order("o5", "c1", { amount: 0 }),
        order("o6", "c1", { amount: 1, type: "refund" }),
      ];
      for (let times = 0; times < 2; times++) {
        deepEqual(await store.orders.apply(given), ["added", "over_limit", "added", "added", "added", "over_limit"]);
      }
      equal(await store.orders.get("o2"), undefined);
      equal((await store.orders.list({ customerId: "c1" }, { limit: 10 })).items.length, 3);
      equal((await totals(store, "c1")).totalSpend, MAX_ORDERS_TOTAL);
      equal((await totals(store, "c2")).totalSpend, 1_000);
      deepEqual((await store.orders.recount({ limit: 10 })).corrected, []);
    }),
    storeCase(
      "refunds and cancelled orders count towards the limit, a correction may pass it no more, and one that is lower makes room",
      async (store) => {
        const refund = order("o1", "c1", { type: "refund", amount: MAX_ORDERS_TOTAL });
        deepEqual(await store.orders.apply([refund, order("o2", "c1", { amount: 0 })]), ["added", "added"]);
        equal((await totals(store, "c1")).totalSpend, -MAX_ORDERS_TOTAL);
        const raised = order("o2", "c1", { amount: 10, stamp: 2 });
        deepEqual(await store.orders.apply([raised]), ["over_limit"]);
        equal((await store.orders.get("o2"))?.amount, 0);
        deepEqual(await store.orders.apply([{ ...refund, amount: MAX_ORDERS_TOTAL - 10, stamp: stamp(2) }, raised]), [
          "changed",
          "changed",
        ]);
        equal((await totals(store, "c1")).totalSpend, 20 - MAX_ORDERS_TOTAL);
        const cancelled = { ...raised, status: "cancelled" as const, stamp: stamp(3) };
        deepEqual(await store.orders.apply([cancelled, order("o3", "c1", { amount: 1 })]), ["changed", "over_limit"]);
        await store.customers.erase("c1", stamp(3));
        deepEqual(await store.orders.apply([order("o3", "c1", { amount: 1, stamp: 4 })]), ["added"]);
      },
    ),
    twoStoreCase("a customer can be read, whatever orders race for the rest of the limit", async (stores) => {
      const share = 2 ** 50;
      await race(12, async (index) =>
        stores[index % 2 === 0 ? 0 : 1].orders.apply([order(`o${index}`, "c1", { amount: share })]),
      );
      const { totalSpend } = await totals(stores[1], "c1");
      ok(Number.isSafeInteger(totalSpend) && totalSpend >= 7 * share, `${totalSpend} is safe, and as much as fits`);
      deepEqual(await stores[0].orders.apply([order("more", "c1", { amount: share })]), ["over_limit"]);
    }),
  ],
  recount: [
    storeCase("a recount visits everyone once, page by page, and corrects nothing where totals are right", async (store) => {
      deepEqual(await store.orders.recount({ limit: 10 }), { checked: 0, corrected: [] });
      const customerIds = ids("c", 23);
      await addCustomers(store, customerIds);
      await store.orders.apply(
        ids("o", 40).map((id, index) =>
          order(id, customerIds[index % 20] ?? "", { placedAt: START + index, type: index % 3 === 0 ? "refund" : "purchase" }),
        ),
      );
      const before = await Promise.all(customerIds.map((id) => customerOf(store, id)));
      const ends: (string | undefined)[] = [];
      let checked = 0;
      for (let after: string | undefined; ends.length < 9; after = ends.at(-1)) {
        const page = await store.orders.recount({ limit: 10, ...(after === undefined ? {} : { after }) });
        deepEqual(page.corrected, []);
        checked += page.checked;
        if (page.lastId === undefined) break;
        ends.push(page.lastId);
      }
      deepEqual([checked, ends], [23, ["c009", "c019", "c022"]]);
      deepEqual(await Promise.all(customerIds.map((id) => customerOf(store, id))), before);
    }),
    twoStoreCase("a recount beside racing orders leaves the right total", async (stores) => {
      await race(30, async (index) =>
        index % 3 === 0
          ? stores[0].orders.recount({ limit: 10 })
          : stores[index % 2 === 0 ? 0 : 1].orders.apply([order(`o${index}`, "c1")]),
      );
      deepEqual(await totals(stores[0], "c1"), { orderCount: 20, totalSpend: 20_000, firstOrderAt: START, lastOrderAt: START });
    }),
  ],
  get: [
    storeCase("an order comes back whole", async (store) => {
      const whole = order("o 1 é/?#", "c1", {
        channel: "in-store 😀",
        items: [
          { sku: "85123A", name: 'White "heart" é', category: "home", quantity: 6, price: 2.55 },
          { sku: "$x.y", quantity: 0.5, price: 0.001 },
          { sku: "85123A", quantity: 1, price: 0 },
        ],
      });
      await store.orders.apply([whole, order("o2", "c1")]);
      deepEqual(await store.orders.get(whole.id), withoutStamp(whole));
      deepEqual(await store.orders.get("o2"), withoutStamp(order("o2", "c1")));
      equal(await store.orders.get("o3"), undefined);
    }),
  ],
  getMany: [
    storeCase("those that exist come back, each once", async (store) => {
      deepEqual(await store.orders.getMany(["o1"]), []);
      await store.orders.apply([order("o1", "c1"), order("o2", "c2"), order("o3", "c1")]);
      const found = await store.orders.getMany(["o3", "nothing", "o1", "o3"]);
      const byId = [...found].sort((a, b) => (a.id < b.id ? -1 : 1));
      deepEqual(byId, [withoutStamp(order("o1", "c1")), withoutStamp(order("o3", "c1"))]);
      deepEqual(await store.orders.getMany([]), []);
    }),
  ],
  totals: totalsCases,
  links: linkCases,
  lines: lineCases,
  products: productCases,
  ofRecipients: recipientOrdersCases,
  list: [
    ...filteredListCases,
    storeCase("lists are newest first, of all or of one customer", async (store) => {
      await store.orders.apply([
        order("b", "c1", { placedAt: START + 1 }),
        order("a", "c2", { placedAt: START + 3 }),
        order("d", "c1", { placedAt: START + 2 }),
        order("c", "c1", { placedAt: START + 2 }),
        order("e", "c2", { placedAt: START - 1 }),
      ]);
      const all = await readAll(2, (page) => store.orders.list({}, page));
      deepEqual(
        all.map(({ id }) => id),
        ["a", "d", "c", "b", "e"],
      );
      deepEqual(all[1], withoutStamp(order("d", "c1", { placedAt: START + 2 })));
      const own = await readAll(2, (page) => store.orders.list({ customerId: "c1" }, page));
      deepEqual(
        own.map(({ id }) => id),
        ["d", "c", "b"],
      );
      deepEqual(await store.orders.list({ customerId: "c9" }, { limit: 2 }), { items: [], nextCursor: null });
    }),
    storeCase("paging covers every order once while orders are added", async (store) => {
      const before = ids("o", 23);
      await store.orders.apply(before.map((id, index) => order(id, "c1", { placedAt: START + Math.floor(index / 3) })));
      const seen = await readAll(
        5,
        (page) => store.orders.list({}, page),
        async (pages) => {
          await store.orders.apply([
            order(`x${pages}`, "c1", { placedAt: START + 100 }),
            order(`y${pages}`, "c1", { placedAt: START - pages }),
          ]);
        },
      );
      const seenIds = seen.map(({ id }) => id);
      equal(new Set(seenIds).size, seenIds.length, "none twice");
      deepEqual(seenIds.filter((id) => before.includes(id)).sort(), before);
    }),
  ],
};

/** Orders of one customer, every tenth a refund, every seventh cancelled. */
function thousands(count: number): readonly OrderChange[] {
  return Array.from({ length: count }, (_, index) =>
    order(`o${index}`, "c1", {
      amount: index,
      placedAt: START + index,
      type: index % 10 === 9 ? "refund" : "purchase",
      status: index % 7 === 6 ? "cancelled" : "placed",
    }),
  );
}

async function totals(
  store: Store,
  customerId: string,
): Promise<object & { readonly orderCount: number; readonly totalSpend: number }> {
  const { orderCount, totalSpend, firstOrderAt, lastOrderAt } = await customerOf(store, customerId);
  return {
    orderCount,
    totalSpend,
    ...(firstOrderAt === undefined ? {} : { firstOrderAt }),
    ...(lastOrderAt === undefined ? {} : { lastOrderAt }),
  };
}

function withoutStamp({ stamp: _, ...stored }: OrderChange): object {
  return stored;
}
