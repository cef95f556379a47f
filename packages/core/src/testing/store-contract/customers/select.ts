import { deepEqual, equal, ok } from "node:assert/strict";
import type { CustomerChange } from "../../../model/customer.js";
import type { Condition } from "../../../query/condition/condition.js";
import { readAll } from "../../expect.js";
import { addCustomers, customerOf, EVERYONE, ids, order, START, upsert } from "../given.js";
import { type CasesOf, storeCase } from "../store-harness.js";

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

export const findCases: CasesOf<"customers">["find"] = [
  storeCase("found customers are whole and in order of id, capitals before small letters", async (store) => {
    await addCustomers(store, ["b", "a", "Z", "10", "9", "é", "a1"]);
    const found = await readAll(100, (page) => store.customers.find(EVERYONE, page));
    deepEqual(
      found.map((customer) => customer.id),
      ["10", "9", "Z", "a", "a1", "b", "é"],
    );
    for (const customer of found) deepEqual(customer, await customerOf(store, customer.id));
  }),
  storeCase("paging covers everyone once while customers are added", async (store) => {
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
];

export const countCases: CasesOf<"customers">["count"] = [
  storeCase("count, find and plan select the same customers", async (store) => {
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
  storeCase("a count, preview or find that is called off rejects with the reason given, and the store goes on", async (store) => {
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
  }),
];

export const previewCases: CasesOf<"customers">["preview"] = [
  storeCase("a preview counts alike, and shows no more of those counted than it was asked for, as they are", async (store) => {
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
