import { deepEqual, equal, ok } from "node:assert/strict";
import type { Reach, ReachQuestion } from "../../../model/contact/reach.js";
import type { CustomerChange } from "../../../model/customer.js";
import type { Store } from "../../../ports/index.js";
import type { Condition } from "../../../query/condition/condition.js";
import { readAll } from "../../expect.js";
import { addCustomers, customerOf, EVERYONE, fact, hashOf, ids, order, planOf, START, stamp, upsert } from "../given.js";
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
    equal(
      await calledOff(store.customers.preview(EVERYONE, 5, undefined, { signal: before })),
      reason,
      "preview, before it began",
    );
    equal(await calledOff(store.customers.find(EVERYONE, { limit: 5 }, { signal: before })), reason, "find, before it began");
    const controller = new AbortController();
    const { signal } = controller;
    const under = [
      store.customers.count(EVERYONE, { signal }),
      store.customers.preview(EVERYONE, 5, undefined, { signal }),
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
  storeCase("a preview says how many can be reached, each person by the first reason that holds", async (store) => {
    await reachCustomers(store);
    deepEqual(await reachOf(store, EVERYONE), {
      ...{ count: 11, unsubscribed: 3, notSubscribed: 0, suppressed: 1, noAddress: 1, sharedAddress: 2 },
    });
    const tagged: Condition = {
      kind: "includes",
      field: { of: "customer", name: "tags", type: "array" },
      how: "any",
      values: ["t"],
    };
    deepEqual(await reachOf(store, tagged), {
      ...{ count: 4, unsubscribed: 1, notSubscribed: 0, suppressed: 1, noAddress: 1, sharedAddress: 0 },
    });
    deepEqual(await reachOf(store, { kind: "any", of: [] }), {
      ...{ count: 0, unsubscribed: 0, notSubscribed: 0, suppressed: 0, noAddress: 0, sharedAddress: 0 },
    });
    equal((await store.customers.preview(EVERYONE, 3)).reach, undefined);
  }),
  storeCase("a preview says so of those whom orders and messages select too, and of those whom they don't", async (store) => {
    await reachCustomers(store);
    await store.orders.apply(["r01", "r02", "r04", "r06", "r08", "r09"].map((id) => order(`o-${id}`, id)));
    await store.orders.apply([order("o-gone", "gone")]);
    await store.customers.erase("gone", stamp(5));
    await store.communications.plan(planOf("k1"));
    await store.communications.record(["r02", "r05", "r07"].map((id) => fact(`k1:${id}`, "sent")));
    const bought: Condition = {
      kind: "compare",
      field: { of: "orders", measure: "count", where: EVERYONE },
      how: "gte",
      value: 1,
    };
    const messaged: Condition = { kind: "compare", field: { of: "messages", event: "messaged" }, how: "gte", value: 1 };
    const tagged: Condition = {
      kind: "includes",
      field: { of: "customer", name: "tags", type: "array" },
      how: "any",
      values: ["t"],
    };
    const not = (of: Condition): Condition => ({ kind: "not", of });
    const conditions: readonly (readonly [Condition, readonly number[]])[] = [
      [bought, [6, 1, 0, 1, 0, 1]],
      [not(bought), [5, 2, 0, 0, 1, 0]],
      [messaged, [3, 2, 0, 0, 1, 0]],
      [not(messaged), [8, 1, 0, 1, 0, 2]],
      [{ kind: "all", of: [bought, messaged] }, [1, 1, 0, 0, 0, 0]],
      [{ kind: "all", of: [bought, tagged] }, [2, 1, 0, 1, 0, 0]],
      [{ kind: "all", of: [not(bought), tagged] }, [2, 0, 0, 0, 1, 0]],
      [{ kind: "any", of: [bought, tagged] }, [8, 1, 0, 1, 1, 1]],
      [{ kind: "any", of: [bought, messaged] }, [8, 2, 0, 1, 1, 1]],
    ];
    for (const [
      index,
      [condition, [count, unsubscribed, notSubscribed, suppressed, noAddress, sharedAddress]],
    ] of conditions.entries()) {
      const expected = { count, unsubscribed, notSubscribed, suppressed, noAddress, sharedAddress };
      deepEqual(await reachOf(store, condition), expected, `condition ${index}`);
    }
  }),
  storeCase("a preview says so by what nobody said means, and for each channel by its own", async (store) => {
    await reachCustomers(store);
    deepEqual(await reachOf(store, EVERYONE, { channel: "email", defaultConsent: "none" }), {
      ...{ count: 11, unsubscribed: 3, notSubscribed: 6, suppressed: 0, noAddress: 0, sharedAddress: 0 },
    });
    deepEqual(await reachOf(store, EVERYONE, { channel: "sms", defaultConsent: "subscribed" }), {
      ...{ count: 11, unsubscribed: 0, notSubscribed: 0, suppressed: 0, noAddress: 10, sharedAddress: 0 },
    });
  }),
  storeCase(
    "of people who share an address all but one are left out, whoever had it first, and however they came by it",
    async (store) => {
      await addCustomers(store, ["c1", "c2", "c3"]);
      const shared = async () => (await reachOf(store, EVERYONE)).sharedAddress;
      equal(await shared(), 0);
      await store.customers.apply([upsert("c2", { email: "c1@example.com" }, 2)]);
      equal(await shared(), 1);
      await store.customers.apply([upsert("c4", { email: "c1@example.com" }), upsert("c5", { email: "c3@example.com" })]);
      equal(await shared(), 3);
      await store.customers.apply([upsert("c1", { email: null }, 3), upsert("c5", { email: "c5@example.com" }, 2)]);
      equal(await shared(), 1);
      await store.customers.erase("c2", stamp(9));
      equal(await shared(), 0);
      await store.customers.apply([upsert("c6", { email: "c1@example.com" }), upsert("c7", { email: "c1@example.com" })]);
      equal(await shared(), 2);
    },
  ),
];

const BY_EMAIL: ReachQuestion = { channel: "email", defaultConsent: "subscribed" };

async function reachOf(store: Store, condition: Condition, question = BY_EMAIL): Promise<Reach & { readonly count: number }> {
  const { count, examples, reach } = await store.customers.preview(condition, 2, question);
  ok(reach, "it was asked for");
  ok(examples.length <= 2);
  return { count, ...reach };
}

/** One of each kind, some for more than one reason; r08, r09 and r10 share an address, and so do r06 and r11, of whom one is suppressed. */
async function reachCustomers(store: Store): Promise<void> {
  const withdrawn = { consent: { email: { state: "withdrawn" } } } as const;
  const subscribed = { consent: { email: { state: "subscribed" } } } as const;
  await store.customers.apply([
    upsert("r01", { email: "r01@example.com", ...subscribed }),
    upsert("r02", { email: "r02@example.com", tags: ["t"], ...withdrawn }),
    upsert("r03", { ...withdrawn }),
    upsert("r04", { email: "r04@example.com", tags: ["t"] }),
    upsert("r05", { tags: ["t"] }),
    upsert("r06", { email: "r06@example.com" }),
    upsert("r07", { email: "r07@example.com", phone: "+4412345" }),
    upsert("r08", { email: "same@example.com", ...subscribed }),
    upsert("r09", { email: "same@example.com" }),
    upsert("r10", { email: "same@example.com" }),
    upsert("r11", { email: "r11@example.com", tags: ["t"] }),
    upsert("gone", { email: "same@example.com" }),
  ]);
  await store.customers.erase("gone", stamp(2));
  await store.customers.mark([
    { channel: "email", hash: hashOf("r04@example.com"), version: 1, refusal: "suppressed" },
    { channel: "email", hash: hashOf("r07@example.com"), version: 1, refusal: "unsubscribed" },
    { channel: "email", hash: hashOf("r06@example.com"), version: 1 },
  ]);
}

function sampleCustomers(): readonly CustomerChange[] {
  return [
    upsert("c1", { tags: ["a"], attributes: { plan: "paid" } }),
    upsert("c2", { tags: ["b", "a", "c"], attributes: { plan: "$paid" } }),
    upsert("c3", { consent: { email: { state: "withdrawn" } } }),
    upsert("c4", { attributes: { "plan.x": "paid" } }),
  ];
}
