import type { Condition, OrderChange, Store } from "@crm-engine/core/ports";
import { type IndexDescription, MongoClient } from "mongodb";
import { afterEach, describe, expect, it } from "vitest";
import { type Fate, type ModelOptions, type MongoModel, openMongoModel, QUICK } from "./model/mongo-model.fixture.js";
import type { Command } from "./model/wire.fixture.js";
import { mongoStore } from "./mongo-store.js";

const EVERYONE: Condition = { kind: "all", of: [] };
const HAS_ORDERS: Condition = {
  kind: "compare",
  field: { of: "orders", measure: "count", where: EVERYONE },
  how: "gte",
  value: 1,
};

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function openModel(options?: ModelOptions): Promise<MongoModel> {
  const model = await openMongoModel(options);
  ends.push(model.close);
  return model;
}

function openStore({ url }: MongoModel, settings = ""): Store {
  const client = new MongoClient(`${url}${settings}`, QUICK);
  ends.push(() => client.close());
  return mongoStore({ client });
}

describe("a count beside writes", () => {
  it("is never negative, nor are there examples of nobody", async () => {
    let between: (() => Promise<unknown>) | undefined;
    const store = openStore(await openModel({ between: async () => between?.() }));
    const ids = ["c1", "c2"];
    await store.customers.apply(ids.map((id) => ({ id, stamp: 1, fields: {} })));
    const comeAndOrder = (names: string) => async () => {
      between = undefined;
      await store.orders.apply([1, 2, 3, 4, 5].map((number) => order(`${names}${number}`, `${names}${number}`)));
    };
    const neverBought: Condition = { kind: "not", of: HAS_ORDERS };
    between = comeAndOrder("m");
    expect(await store.customers.count(neverBought)).toBe(0);
    between = comeAndOrder("n");
    expect(await store.customers.preview(neverBought, 5)).toEqual({ count: 0, examples: [] });
  });
});

describe("a majority that does not acknowledge in time", () => {
  it("leaves no row with a claim that nobody knows of", async () => {
    const model = await openModel();
    const store = openStore(model, "&wtimeoutMS=50");
    await store.customers.apply([{ id: "c1", stamp: 1, fields: {} }]);
    await store.communications.plan({ campaignId: "k", channel: "sms", condition: EVERYONE, plannedAt: 1 });
    model.freeze(true);
    const request = { campaignId: "k", limit: 1, leaseMs: 600_000 };
    await expect(store.claims.claim(request)).rejects.toMatchObject({ code: "unavailable" });
    model.freeze(false);
    expect(await store.claims.claim(request)).toMatchObject([{ id: "k:c1", attempts: 0 }]);
  });

  it("is waited for 2 s, unless the client says otherwise", async () => {
    const model = await openModel();
    const store = openStore(model);
    await store.info();
    model.freeze(true);
    const started = performance.now();
    await expect(store.customers.apply([{ id: "c1", stamp: 1, fields: {} }])).rejects.toMatchObject({ code: "unavailable" });
    expect(performance.now() - started).toBeGreaterThan(1_900);
  });
});

describe("a cluster that leaves documents out of an update of many", () => {
  it("keeps no address of an erased customer", async () => {
    let misses = 0;
    const store = openStore(await openModel({ misses: (id) => id.endsWith(":c1") && misses-- > 0 }));
    await store.customers.apply([{ id: "c1", stamp: 1, fields: { phone: "+1555123" } }]);
    for (const campaignId of ["k1", "k2", "k3"]) {
      await store.communications.plan({ campaignId, channel: "sms", condition: EVERYONE, plannedAt: 1 });
      const [row] = await store.claims.claim({ campaignId, limit: 1, leaseMs: 60_000 });
      await store.claims.beginCalls([{ id: `${campaignId}:c1`, epoch: row?.epoch ?? 0, to: "+1555123" }], 1);
    }
    misses = 2;
    await store.customers.erase("c1", 2_000);
    const { items } = await store.communications.list({ customerId: "c1" }, { limit: 10 });
    expect(items.map(({ to }) => to)).toEqual([undefined, undefined, undefined]);
    expect(misses).toBeLessThan(0);
  });
});

describe("a server that is alive but does not answer", () => {
  it("is unavailable once the time for an answer is up", async () => {
    let fate: Fate = "done";
    const model = await openModel({ fateOf: () => fate });
    const store = mongoStore({ url: `${model.url}&socketTimeoutMS=100` });
    ends.push(() => store.close());
    await store.customers.apply([{ id: "c1", stamp: 1, fields: {} }]);
    fate = "stalled";
    await expect(store.customers.get("c1")).rejects.toMatchObject({ code: "unavailable" });
    await expect(store.orders.apply([order("o1", "c1")])).rejects.toMatchObject({ code: "unavailable" });
    fate = "done";
    expect(await store.orders.apply([order("o1", "c1")])).toEqual(["added"]);
  });
});

describe("indexes that are there already", () => {
  it("will do under any name, if they are on the same keys", async () => {
    const model = await openModel();
    await makeIndex(model, "customers", { name: "by_mail", key: { email: 1 }, sparse: true });
    const store = openStore(model);
    await store.customers.apply([{ id: "c1", stamp: 1, fields: { email: "a@example.com" } }]);
    expect(await store.customers.findOwners("email", ["a@example.com"])).toEqual(new Map([["a@example.com", ["c1"]]]));
    const names = await indexesOf(model, "customers");
    expect(names).toEqual(expect.arrayContaining(["by_mail", "erased", "sample"]));
    expect(names).not.toContain("email");
  });

  it.each<readonly [string, IndexDescription]>([
    ["other keys", { name: "newest", key: { createdAt: -1 } }],
    ["other options", { name: "newest", key: { createdAt: -1, _id: -1 }, sparse: true }],
  ])("are refused under the name of one of ours with %s, and the error says which to drop", async (_what, index) => {
    const model = await openModel();
    await makeIndex(model, "batches", index);
    const store = openStore(model);
    await expect(store.batches.get("b")).rejects.toMatchObject({
      code: "invalid",
      message: expect.stringContaining('db.getCollection("crm.batches").dropIndex("newest")'),
    });
  });
});

it("a key whose caller died before it was begun is deleted by the server itself", async () => {
  let commands = 0;
  const model = await openModel({ fateOf: ({ body }) => ("findAndModify" in body && commands++ > 0 ? "lost" : "done") });
  const client = new MongoClient(model.url, { ...QUICK, retryWrites: false });
  ends.push(() => client.close());
  const begun = mongoStore({ client }).idempotency.begin("k", { leaseMs: 1_000, ttlMs: 1_000 });
  await expect(begun).rejects.toMatchObject({ code: "unavailable" });
  const keys = client.db("crm").collection("crm.idempotency", { readConcern: { level: "majority" } });
  expect(await keys.findOne()).toEqual({ _id: "k", expiresAt: new Date(0) });
});

it("a range that others plan again and again is unavailable, so that it is planned again too", async () => {
  const duplicate = { code: 11_000, errmsg: "E11000 duplicate key error" };
  const isMerge = ({ name, body }: Command) => name === "aggregate" && JSON.stringify(body.pipeline).includes("$merge");
  const store = openStore(await openModel({ fateOf: (command) => (isMerge(command) ? duplicate : "done") }));
  const planned = store.communications.plan({ campaignId: "k", channel: "sms", condition: EVERYONE, plannedAt: 1 });
  await expect(planned).rejects.toMatchObject({ code: "unavailable" });
});

function order(id: string, customerId: string): OrderChange {
  return { id, customerId, type: "purchase", status: "placed", amount: 1, currency: "USD", placedAt: 1, items: [], stamp: 1 };
}

async function makeIndex(model: MongoModel, collection: string, index: IndexDescription) {
  const client = model.client();
  ends.push(() => client.close());
  await client.db("crm").collection(`crm.${collection}`).createIndexes([index]);
}

async function indexesOf(model: MongoModel, collection: string): Promise<string[]> {
  const client = model.client();
  ends.push(() => client.close());
  const indexes = await client.db("crm").collection(`crm.${collection}`).listIndexes().toArray();
  return indexes.map(({ name }) => name as string);
}
