import { deepEqual, equal, ok } from "node:assert/strict";
import type { Store } from "../../../ports/index.js";
import type { Condition, FieldRef } from "../../../query/condition/condition.js";
import { race, readAll } from "../../expect.js";
import {
  addCustomers,
  claimAll,
  customerOf,
  EVERYONE,
  fact,
  hashOf,
  ids,
  logOf,
  order,
  planned,
  planOf,
  START,
  stamp,
  upsert,
} from "../given.js";
import { type CasesOf, storeCase, twoStoreCase } from "../store-harness.js";

export const eraseCases: CasesOf<"customers">["erase"] = [
  storeCase("an erased customer is found by nobody", async (store) => {
    await addCustomers(store, ["c1", "c2", "c3"]);
    deepEqual(await store.customers.erase("c2", stamp(2)), { email: hashOf("c2@example.com") });
    equal(await store.customers.get("c2"), undefined);
    deepEqual((await store.customers.getMany(["c1", "c2", "c3"])).map(({ id }) => id).sort(), ["c1", "c3"]);
    deepEqual(
      [...(await store.customers.findOwners("email", ["c1@example.com", "c2@example.com"]))],
      [["c1@example.com", ["c1"]]],
    );
    const found = await readAll(1, (page) => store.customers.find(EVERYONE, page));
    deepEqual(
      found.map(({ id }) => id),
      ["c1", "c3"],
    );
    equal(await store.customers.count(EVERYONE), 2);
    equal(await store.customers.count({ kind: "not", of: { kind: "any", of: [] } }), 2);
    deepEqual([await store.customers.idAfter(undefined, 2), await store.customers.idAfter(undefined, 3)], ["c3", undefined]);
    equal((await store.orders.recount({ limit: 10 })).checked, 2);
    equal(await store.communications.plan(planOf("k1")), 2);
    equal(await store.communications.get("k1:c2"), undefined);
    await store.customers.withdrawConsent([{ customerId: "c2", channel: "email", by: "unsubscribed", at: START }]);
    equal(await store.customers.get("c2"), undefined);
  }),
  storeCase("older changes are erased, and a newer one makes a new customer", async (store) => {
    await store.customers.apply([upsert("c1", { name: "Ann", email: "ann@example.com", attributes: { plan: "paid" } }, 1)]);
    await store.customers.erase("c1", stamp(5));
    deepEqual(await store.customers.apply([upsert("c1", { name: "Ann" }, 4), upsert("c2", {}, 4), upsert("c1", {}, 5)]), [
      "erased",
      "added",
      "erased",
    ]);
    equal(await store.customers.get("c1"), undefined);
    deepEqual(await store.customers.apply([upsert("c1", { phone: "+4412345" }, 6), upsert("c1", { name: "Old" }, 5)]), [
      "added",
      "erased",
    ]);
    const { phone, name, email, attributes } = await customerOf(store, "c1");
    deepEqual({ phone, name, email, attributes }, { phone: "+4412345", name: undefined, email: undefined, attributes: {} });
    equal(await store.customers.count(EVERYONE), 2);
  }),
  storeCase("of an unknown id it says that there was nobody, and leaves a tombstone", async (store) => {
    equal(await store.customers.erase("c1", stamp(5)), undefined);
    equal(await store.customers.erase("c1", stamp(9)), undefined);
    equal(await store.customers.erase("c1", stamp(2)), undefined);
    deepEqual(await store.customers.apply([upsert("c1", {}, 9)]), ["erased"]);
    deepEqual(await store.customers.apply([upsert("c1", {}, 10)]), ["added"]);
    deepEqual(await store.customers.erase("c1", stamp(12)), {});
    equal(await store.customers.get("c1"), undefined);
  }),
  storeCase("with a stamp no later than the last one's it leaves whoever came back", async (store) => {
    await addCustomers(store, ["c1", "c2"]);
    for (const id of ["c1", "c2"]) await store.customers.erase(id, stamp(5));
    await store.customers.apply([upsert("c1", { name: "Ann" }, 6)]);
    await store.orders.apply([order("o1", "c2", { stamp: 6 })]);
    for (const id of ["c1", "c2"]) for (const count of [5, 3]) equal(await store.customers.erase(id, stamp(count)), undefined);
    equal((await customerOf(store, "c1")).name, "Ann");
    equal((await customerOf(store, "c2")).orderCount, 1);
    deepEqual(await store.customers.apply([upsert("c1", {}, 5)]), ["erased"]);
  }),
  storeCase("orders stay under the id, and older ones that come late are erased", async (store) => {
    await addCustomers(store, ["c1"]);
    await store.orders.apply([order("o1", "c1"), order("o2", "c1", { type: "refund", amount: 300 })]);
    await store.customers.erase("c1", stamp(5));
    deepEqual(await store.orders.apply([order("o3", "c1", { stamp: 5 }), order("o4", "c2", { stamp: 5 })]), ["erased", "added"]);
    deepEqual([(await store.orders.get("o1"))?.customerId, await store.orders.get("o3")], ["c1", undefined]);
    equal((await store.orders.list({ customerId: "c1" }, { limit: 9 })).items.length, 2);
    equal(await store.customers.get("c1"), undefined);
  }),
  storeCase("whoever comes back has none of the orders that stayed", async (store) => {
    for (const id of ["c1", "c2"]) {
      await store.orders.apply([order(`${id}-1`, id), order(`${id}-2`, id)]);
      await store.customers.erase(id, stamp(5));
    }
    await store.customers.apply([upsert("c1", {}, 6)]);
    await store.orders.apply([order("c2-3", "c2", { stamp: 6, placedAt: START + 1 })]);
    const [one, two] = [await customerOf(store, "c1"), await customerOf(store, "c2")];
    deepEqual([one.orderCount, one.totalSpend, one.firstOrderAt, one.lastOrderAt], [0, 0, undefined, undefined]);
    deepEqual([two.orderCount, two.totalSpend, two.firstOrderAt, two.lastOrderAt], [1, 1_000, START + 1, START + 1]);
    deepEqual((await store.orders.recount({ limit: 10 })).corrected, []);
    const bought: Condition = atLeastOne({ of: "orders", measure: "count", where: { kind: "all", of: [] } });
    deepEqual(
      (await store.customers.find(bought, { limit: 9 })).items.map(({ id }) => id),
      ["c2"],
    );
    equal((await store.orders.list({ customerId: "c2" }, { limit: 9 })).items.length, 3);
    const theirs = async () =>
      (await store.orders.list({ customerId: "c2", present: true }, { limit: 9 })).items.map(({ id }) => id);
    deepEqual(await theirs(), ["c2-3"]);
    await store.customers.erase("c2", stamp(8));
    await store.customers.apply([upsert("c2", {}, 9)]);
    equal((await customerOf(store, "c2")).orderCount, 0);
    deepEqual(await theirs(), []);
    equal((await store.orders.list({ customerId: "c2" }, { limit: 9 })).items.length, 3);
  }),
  storeCase("an order that stayed changes on its own, and makes nobody", async (store) => {
    await store.orders.apply([order("o1", "c1"), order("o2", "c2")]);
    for (const id of ["c1", "c2"]) await store.customers.erase(id, stamp(5));
    await store.customers.apply([upsert("c2", {}, 6)]);
    const later = (id: string, customerId: string, amount: number, count: number) =>
      order(id, customerId, { stamp: count, amount, items: [{ sku: "a", quantity: 1, price: 1 }] });
    deepEqual(
      await store.orders.apply([
        later("o1", "c1", 2_000, 7),
        later("o2", "c2", 3_000, 7),
        later("o2", "c2", 4_000, 6),
        later("o1", "c3", 1, 8),
        later("o2", "c2", 5_000, 5),
      ]),
      ["changed", "changed", "changed", "other_customer", "erased"],
    );
    const [one, two] = [await store.orders.get("o1"), await store.orders.get("o2")];
    deepEqual([one?.customerId, one?.amount, one?.items.length, two?.amount], ["c1", 2_000, 1, 3_000]);
    equal(await store.customers.get("c1"), undefined);
    equal((await customerOf(store, "c2")).orderCount, 0);
    deepEqual((await store.orders.recount({ limit: 10 })).corrected, []);
  }),
  storeCase("log rows keep all but the address", async (store) => {
    const [row = "", other = ""] = await planned(store, "k1", ["c1", "c2"]);
    const held = await claimAll(store, "k1");
    await store.claims.beginCalls(
      held.map(({ id, epoch }) => ({ id, epoch, to: `${id}@example.com` })),
      1,
    );
    await store.communications.record([fact(row, "delivered"), fact(other, "delivered")]);
    const { to, ...rest } = await logOf(store, row);
    ok(to !== undefined);
    await store.customers.erase("c1", stamp(5));
    const { updatedAt: _, ...kept } = await logOf(store, row);
    const { updatedAt: __, ...expected } = rest;
    deepEqual(kept, expected);
    equal((await logOf(store, other)).to, `${other}@example.com`);
    equal((await store.communications.stats("k1")).delivered, 2);
  }),
  storeCase("log rows lose a vendor's own words, and keep its codes and ours", async (store) => {
    const reasons = ["550 5.1.1 Ann is not here", "Ann's mailbox is full", "deferred_too_long", "421"];
    for (const [index, reason] of reasons.entries()) {
      const [row = ""] = await planned(store, `k${index}`, ["c1"]);
      await store.communications.record([fact(row, "failed", { reason })]);
    }
    const kept = async () => Promise.all(reasons.map(async (_, index) => (await logOf(store, `k${index}:c1`)).reason));
    await store.customers.erase("c1", stamp(5));
    const expected = ["550 5.1.1", "erased", "deferred_too_long", "421"];
    deepEqual(await kept(), expected);
    await store.communications.record([fact("k1:c1", "failed", { reason: "Ann moved", at: START })]);
    await store.customers.erase("c1", stamp(5));
    deepEqual(await kept(), expected);
    equal((await store.communications.stats("k1")).failed, 1);
  }),
  storeCase("log rows of whoever came back keep what they have", async (store) => {
    await addCustomers(store, ["c1"]);
    await store.customers.erase("c1", stamp(5));
    await store.customers.apply([upsert("c1", { email: "c1@example.com" }, 6)]);
    await store.communications.plan(planOf("k1", { plannedAt: START + 1 }));
    const [held] = await claimAll(store, "k1");
    await store.claims.beginCalls([{ id: "k1:c1", epoch: held?.epoch ?? 0, to: "c1@example.com" }], 1);
    await store.customers.erase("c1", stamp(5));
    equal((await logOf(store, "k1:c1")).to, "c1@example.com");
  }),
  twoStoreCase("no address is left by a call that begins meanwhile", async (stores) => {
    const rows = await planned(stores[0], "k1", ids("c", 20));
    const calls = (await claimAll(stores[0], "k1")).map(({ id, epoch }) => ({ id, epoch, to: `${id}@example.com` }));
    await Promise.all([
      ...calls.map((call) => stores[0].claims.beginCalls([call], 1)),
      ...ids("c", 20).map((id) => stores[1].customers.erase(id, stamp(5))),
    ]);
    for (const row of rows) equal((await logOf(stores[0], row)).to, undefined);
  }),
  twoStoreCase("whatever older change or order races with it, nobody is left", async (stores) => {
    for (let turn = 1; turn <= 5; turn++) {
      const id = `c${turn}`;
      await race(12, (index) => work(stores[index % 2 === 0 ? 0 : 1], id, index));
      equal(await stores[0].customers.get(id), undefined);
      deepEqual([...(await stores[1].customers.findOwners("email", [`${id}@example.com`]))], []);
    }
    equal(await stores[0].customers.count(EVERYONE), 0);
    deepEqual((await stores[1].customers.find(EVERYONE, { limit: 9 })).items, []);
  }),
  storeCase("no rule over orders or messages selects the erased, whose rows stayed", async (store) => {
    const people = ["c1", "c2", "c3", "c4"];
    await addCustomers(store, people);
    await store.orders.apply(people.slice(1).map((id) => order(`${id}-1`, id)));
    await store.communications.plan(planOf("k1"));
    await store.communications.record(people.map((id) => fact(`k1:${id}`, "sent")));
    for (const id of ["c2", "c4"]) await store.customers.erase(id, stamp(5));
    const everyOrder: Condition = { kind: "all", of: [] };
    const bought: Condition = atLeastOne({ of: "orders", measure: "count", where: everyOrder });
    const messaged: Condition = atLeastOne({ of: "messages", event: "messaged" });
    const not = (of: Condition): Condition => ({ kind: "not", of });
    const rules: readonly (readonly [Condition, readonly string[]])[] = [
      [bought, ["c3"]],
      [not(bought), ["c1"]],
      [messaged, ["c1", "c3"]],
      [not(messaged), []],
      [{ kind: "all", of: [bought, messaged] }, ["c3"]],
      [{ kind: "any", of: [not(bought), messaged] }, ["c1", "c3"]],
    ];
    for (const [condition, selected] of rules) {
      equal(await store.customers.count(condition), selected.length);
      deepEqual(
        (await store.customers.find(condition, { limit: 9 })).items.map(({ id }) => id),
        selected,
      );
    }
  }),
];

function atLeastOne(field: FieldRef): Condition {
  return { kind: "compare", field, how: "gte", value: 1 };
}

function work(store: Store, id: string, index: number): Promise<unknown> {
  if (index === 6) return store.customers.erase(id, stamp(100));
  return index % 3 === 0
    ? store.orders.apply([order(`o-${id}-${index}`, id, { stamp: index + 1 })])
    : store.customers.apply([upsert(id, { email: `${id}@example.com`, attributes: { [`key${index}`]: index } }, index + 1)]);
}
