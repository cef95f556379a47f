import { deepEqual, equal, ok } from "node:assert/strict";
import type { CustomerChange } from "../../../model/customer.js";
import type { Condition } from "../../../query/condition/condition.js";
import { readAll } from "../../expect.js";
import { addCustomers, customerOf, EVERYONE, ids, order, START, upsert } from "../given.js";
import { type StoreCase, storeCase } from "../store-harness.js";

const CONDITIONS: readonly { readonly condition: Condition; readonly ids: readonly string[] }[] = [
  { condition: EVERYONE, ids: ["c1", "c2", "c3", "c4"] },
  { condition: { kind: "any", of: [] }, ids: [] },
  {
    condition: { kind: "compare", field: { of: "customer", name: "totalSpend", type: "number" }, how: "gt", value: 1_000 },
    ids: ["c1"],
  },
  { condition: { kind: "textIn", field: { of: "attribute", name: "plan" }, values: ["paid", "$paid"] }, ids: ["c1", "c2"] },
  {
    condition: { kind: "includes", field: { of: "customer", name: "tags", type: "array" }, how: "all", values: ["a", "b"] },
    ids: ["c2"],
  },
  { condition: { kind: "not", of: { kind: "present", field: { of: "attribute", name: "plan" } } }, ids: ["c3", "c4"] },
  { condition: { kind: "textIn", field: { of: "consent", channel: "email" }, values: ["withdrawn"] }, ids: ["c3"] },
];

export const customerReadCases: readonly StoreCase[] = [
  storeCase(
    "customers: a count, preview or find that is called off rejects with the reason given, and the store goes on",
    async (store) => {
      await addCustomers(store, ids("c", 300));
      const reason = new Error("nobody waits any more");
      const calledOff = async (query: Promise<unknown>): Promise<unknown> =>
        query.then(
          () => "answered",
          (error: unknown) => error,
        );
      const before = AbortSignal.abort(reason);
      equal(await calledOff(store.customers.count(EVERYONE, { signal: before })), reason, "count, before it began");
      equal(await calledOff(store.customers.preview(EVERYONE, 5, { signal: before })), reason, "preview, before it began");
      equal(await calledOff(store.customers.find(EVERYONE, { limit: 5 }, { signal: before })), reason, "find, before it began");
      const controller = new AbortController();
      const { signal } = controller;
      const under = [
        store.customers.count(EVERYONE, { signal }),
        store.customers.preview(EVERYONE, 5, { signal }),
        store.customers.find(EVERYONE, { limit: 5 }, { signal }),
      ].map(calledOff);
      controller.abort(reason);
      for (const ended of await Promise.all(under))
        ok(ended === reason || ended === "answered", "under way: the reason or the answer");
      equal(await store.customers.count(EVERYONE, { signal: new AbortController().signal }), 300);
      equal(await store.customers.count(EVERYONE), 300);
    },
  ),
  storeCase("customers: an unknown id is not there, and many are read at once", async (store) => {
    await addCustomers(store, ["c1", "c2"]);
    equal(await store.customers.get("nobody"), undefined);
    const many = await store.customers.getMany(["nobody", "c2", "c1"]);
    deepEqual(many.map((customer) => customer.id).sort(), ["c1", "c2"]);
    deepEqual(
      many.find((customer) => customer.id === "c1"),
      await customerOf(store, "c1"),
    );
    deepEqual(await store.customers.getMany([]), []);
  }),
  storeCase("customers: the owners of an email are all who have it now, lowest id first", async (store) => {
    await store.customers.apply([
      upsert("c3", { email: "same@example.com" }),
      upsert("c1", { email: "same@example.com" }),
      upsert("c2", { email: "other@example.com" }),
      upsert("c4", { email: "zoë@example.com" }),
      upsert("c5", {}),
    ]);
    const owners = await store.customers.findOwners([
      "same@example.com",
      "other@example.com",
      "zoë@example.com",
      "nobody@example.com",
    ]);
    deepEqual([...owners].sort(), [
      ["other@example.com", ["c2"]],
      ["same@example.com", ["c1", "c3"]],
      ["zoë@example.com", ["c4"]],
    ]);
    await store.customers.apply([upsert("c1", { email: "moved@example.com" }, 2), upsert("c2", { email: null }, 2)]);
    const moved = await store.customers.findOwners(["same@example.com", "other@example.com", "moved@example.com"]);
    deepEqual([...moved].sort(), [
      ["moved@example.com", ["c1"]],
      ["same@example.com", ["c3"]],
    ]);
  }),
  storeCase("customers: count, find and plan select the same customers", async (store) => {
    await store.customers.apply(sampleCustomers());
    await store.orders.apply([order("o1", "c1", { amount: 2_000 }), order("o2", "c2", { amount: 1_000 })]);
    for (const [index, { condition, ids: expected }] of CONDITIONS.entries()) {
      const found = await readAll(2, (page) => store.customers.find(condition, page));
      deepEqual(
        found.map((customer) => customer.id),
        expected,
        `found by condition ${index}`,
      );
      equal(await store.customers.count(condition), expected.length, `counted by condition ${index}`);
      const campaignId = `k${index}`;
      const added = await store.communications.plan({ campaignId, channel: "email", condition, plannedAt: START });
      const rows = await readAll(3, (page) => store.communications.list({ campaignId }, page));
      deepEqual(
        rows.map((row) => row.customerId),
        expected,
        `planned by condition ${index}`,
      );
      equal(added, expected.length, `rows added by condition ${index}`);
    }
  }),
  storeCase(
    "customers: a preview counts alike, and shows no more of those counted than it was asked for, as they are",
    async (store) => {
      await store.customers.apply(sampleCustomers());
      await store.orders.apply([order("o1", "c1", { amount: 2_000 }), order("o2", "c2", { amount: 1_000 })]);
      for (const [index, { condition, ids: expected }] of CONDITIONS.entries()) {
        for (const limit of [0, 1, 5]) {
          const { count, examples } = await store.customers.preview(condition, limit);
          equal(count, expected.length, `counted by condition ${index}`);
          equal(examples.length, Math.min(limit, expected.length), `examples of condition ${index}, at most ${limit}`);
          equal(new Set(examples.map(({ id }) => id)).size, examples.length, "nobody twice");
          for (const example of examples) {
            ok(expected.includes(example.id), `${example.id} is one of those counted by condition ${index}`);
            deepEqual(example, await customerOf(store, example.id));
          }
        }
      }
    },
  ),
  storeCase("customers: found customers are whole and in order of id, capitals before small letters", async (store) => {
    await addCustomers(store, ["b", "a", "Z", "10", "9", "é", "a1"]);
    const found = await readAll(100, (page) => store.customers.find(EVERYONE, page));
    deepEqual(
      found.map((customer) => customer.id),
      ["10", "9", "Z", "a", "a1", "b", "é"],
    );
    for (const customer of found) deepEqual(customer, await customerOf(store, customer.id));
  }),
  storeCase("customers: paging covers everyone once while customers are added", async (store) => {
    const before = ids("m", 23);
    await addCustomers(store, before);
    const seen = await readAll(
      5,
      (page) => store.customers.find(EVERYONE, page),
      async (pages) => addCustomers(store, [`a${pages}`, `m00${pages}x`, `z${pages}`]),
    );
    const seenIds = seen.map((customer) => customer.id);
    equal(new Set(seenIds).size, seenIds.length, "nobody twice");
    deepEqual(
      seenIds.filter((id) => before.includes(id)),
      before,
    );
  }),
  storeCase("customers: a range ends with its last customer, and the last range has no end", async (store) => {
    equal(await store.customers.idAfter(undefined, 1), undefined, "nobody is there");
    await addCustomers(store, ids("c", 10));
    equal(await store.customers.idAfter(undefined, 1), "c000");
    equal(await store.customers.idAfter(undefined, 4), "c003");
    equal(await store.customers.idAfter("c003", 4), "c007");
    equal(await store.customers.idAfter("c003", 6), "c009", "exactly as many are left");
    equal(await store.customers.idAfter("c003", 7), undefined, "fewer are left");
    equal(await store.customers.idAfter("c0035", 1), "c004", "a bound need not be a customer");
  }),
  storeCase("customers: withdrawn consent stands against upserts until the person says otherwise", async (store) => {
    const said = START + 1_000;
    await addCustomers(store, ["c1", "c2"]);
    await store.customers.withdrawConsent([
      { customerId: "c1", channel: "email", by: "unsubscribed", at: said },
      { customerId: "nobody", channel: "email", by: "unsubscribed", at: said },
    ]);
    deepEqual((await customerOf(store, "c1")).consent, {
      email: { state: "withdrawn", at: said, by: "unsubscribed" },
      sms: { state: "subscribed" },
    });
    deepEqual((await customerOf(store, "c2")).consent, { email: { state: "subscribed" }, sms: { state: "subscribed" } });
    equal(await store.customers.get("nobody"), undefined);
    await store.customers.apply([upsert("c1", { consent: { email: { state: "subscribed" } } }, 20_000_000)]);
    await store.customers.apply([upsert("c1", { consent: { email: { state: "subscribed", at: said - 1 } } }, 20_000_001)]);
    equal((await customerOf(store, "c1")).consent.email.state, "withdrawn");
    await store.customers.apply([upsert("c1", { consent: { email: { state: "subscribed", at: said + 1 } } }, 20_000_002)]);
    equal((await customerOf(store, "c1")).consent.email.state, "subscribed");
  }),
  storeCase("customers: of several withdrawals the latest stands, in whatever order they come", async (store) => {
    await addCustomers(store, ["c1", "c2"]);
    const early = { channel: "sms", by: "complained", at: START + 1_000 } as const;
    const late = { channel: "sms", by: "complained", at: START + 2_000 } as const;
    await store.customers.withdrawConsent([
      { customerId: "c1", ...early },
      { customerId: "c1", ...late },
    ]);
    await store.customers.withdrawConsent([{ customerId: "c2", ...late }]);
    await store.customers.withdrawConsent([{ customerId: "c2", ...early }]);
    for (const id of ["c1", "c2"]) {
      const { sms, email } = (await customerOf(store, id)).consent;
      deepEqual(sms, { state: "withdrawn", at: late.at, by: "complained" }, `the latest withdrawal of ${id}`);
      equal(email.state, "subscribed");
    }
  }),
];

function sampleCustomers(): readonly CustomerChange[] {
  return [
    upsert("c1", { tags: ["a"], attributes: { plan: "paid" } }),
    upsert("c2", { tags: ["b", "a", "c"], attributes: { plan: "$paid" } }),
    upsert("c3", { consent: { email: { state: "withdrawn" } } }),
    upsert("c4", { attributes: { "plan.x": "paid" } }),
  ];
}
