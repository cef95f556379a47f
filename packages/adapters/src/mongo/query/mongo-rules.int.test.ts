import { randomUUID } from "node:crypto";
import {
  type Condition,
  type DeliveryFact,
  type FieldRef,
  holds,
  type OrderChange,
  type OrdersRef,
  SAMPLE_PLACES,
  type Store,
  type Subject,
  sampleHash,
} from "@crm-engine/core/ports";
import fc from "fast-check";
import { type Document, MongoClient } from "mongodb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { anyCondition, anyPerson, CAMPAIGNS } from "../../../../../test/any-condition.js";
import { needs, serviceUrl } from "../../../../../test/service-url.js";
import { mongoStore } from "../mongo-store.js";
import { collectionsOf } from "../schema/collections.js";
import { analyseCondition } from "./analyse-condition.js";
import { countCustomers } from "./count-customers.js";
import { selectCustomers } from "./select-customers.js";

const url = serviceUrl("mongo");
const database = `crm_test_${randomUUID().slice(0, 8)}`;
const PEOPLE = 60;
const RUNS = 300;

let client: MongoClient;
let store: Store;
let subjects: readonly Subject[];

beforeAll(async () => {
  if (url === "") return;
  client = await new MongoClient(url).connect();
  store = mongoStore({ client, database });
  subjects = await load(store);
}, 60_000);
afterAll(async () => {
  await store?.close();
  await client?.db(database).dropDatabase();
  await client?.close();
});

describe("conditions over orders, messages and samples on a server", needs("mongo"), () => {
  it("select by find, count, preview and plan whom holds selects, however they are made up", { timeout: 120_000 }, async () => {
    let plans = 0;
    let divided = 0;
    const property = fc.asyncProperty(anyCondition, fc.integer({ min: 1, max: 40 }), async (condition, limit) => {
      const expected = subjects.filter((subject) => holds(condition, subject)).map(({ id }) => id);
      if (expected.length > 0 && expected.length < PEOPLE) divided += 1;
      expect(await store.customers.count(condition)).toBe(expected.length);
      expect(await findIds(condition, limit)).toEqual(expected);
      const { count, examples } = await store.customers.preview(condition, limit);
      const shown = examples.map(({ id }) => id).sort();
      expect([count, shown.length, new Set(shown).size]).toEqual([
        expected.length,
        ...[0, 0].map(() => Math.min(limit, expected.length)),
      ]);
      expect(shown.filter((id) => !expected.includes(id))).toEqual([]);
      if (plans % 4 === 0) expect(await planIds(condition, `p${plans}`)).toEqual(expected);
      plans += 1;
    });
    await fc.assert(property, { numRuns: RUNS, seed: 7 });
    expect(divided).toBeGreaterThan(RUNS / 3);
  });

  it("give a customer back as it was stored, without what was looked up", async () => {
    const { items } = await store.customers.find(compare(orders("count"), "gte", 0), { limit: 1 });
    expect(items).toEqual(await store.customers.getMany([items[0]?.id ?? ""]));
  });

  it("show and find no tombstones, however many there are", async () => {
    const shop = mongoStore({ client, database, namespace: "erased" });
    const ids = Array.from({ length: 40 }, (_, index) => `e${String(index).padStart(2, "0")}`);
    const items = [{ sku: "A", quantity: 1, price: 1 }];
    const order = { type: "purchase", status: "placed", amount: 1, currency: "EUR", placedAt: 5, items, stamp: 1 } as const;
    await shop.orders.apply(ids.map((customerId) => ({ ...order, id: customerId, customerId })));
    for (const id of ids.slice(0, 33)) await shop.customers.erase(id, 2);
    const notErased = ids.slice(33);
    const hasA: Condition = { kind: "textIn", field: { of: "item", name: "sku", type: "text" }, values: ["A"] };
    const lately: Condition = { kind: "within", field: { of: "order", name: "placedAt", type: "date" }, ranges: [{ from: 5 }] };
    for (const where of [hasA, lately]) {
      const bought = compare(orders("count", where), "gte", 1);
      const { count, examples } = await shop.customers.preview(bought, 5);
      expect([count, examples.length]).toEqual([7, 5]);
      expect(notErased).toEqual(expect.arrayContaining(examples.map(({ id }) => id)));
      const first = await shop.customers.find(bought, { limit: 4 });
      const second = await shop.customers.find(bought, { limit: 4, cursor: first.nextCursor ?? "" });
      expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(notErased);
      expect(second.nextCursor).toBeNull();
    }
    await shop.close();
  });

  it("find everyone's exact place in a sample, up to the largest factor", async () => {
    const ids = subjects.map(({ id }) => id);
    for (const factor of [1, 2, 2_097_152, 4_194_303]) {
      for (const offset of [0, 1, SAMPLE_PLACES - 1]) {
        const field: FieldRef = { of: "sample", factor, offset };
        const places = ids.map((id) =>
          Number((BigInt(sampleHash(id)) * BigInt(factor) + BigInt(offset)) % BigInt(SAMPLE_PLACES)),
        );
        const below = places.map((place) => place + 1).sort((a, b) => a - b);
        const middle = below[PEOPLE / 2] ?? 0;
        expect(await findIds(compare(field, "lt", middle), 100)).toEqual(ids.filter((_, index) => (places[index] ?? 0) < middle));
        expect(await findIds({ kind: "numberIn", field, values: places.slice(0, 20) }, 100)).toEqual(ids.slice(0, 20));
      }
    }
  });
});

describe("what the server does for an order window", needs("mongo"), () => {
  const recent: Condition = {
    kind: "all",
    of: [
      { kind: "textIn", field: { of: "order", name: "type", type: "text" }, values: ["purchase"] },
      { kind: "within", field: { of: "order", name: "placedAt", type: "date" }, ranges: [{ from: 50, to: 60 }] },
    ],
  };
  const often = compare(orders("count", recent), "gte", 2);
  const inWindow = () =>
    subjects
      .flatMap((subject) => subject.orders ?? [])
      .filter(({ type, placedAt }) => type === "purchase" && placedAt >= 50 && placedAt < 60).length;

  it("looks up, of each customer, the orders of that time only, by the index of customer and time", async () => {
    const { filter, stages } = selectCustomers(analyseCondition(often), collectionsOf(client.db(database), "crm"));
    const [scan, ...others] = await scansOf("crm.customers", [{ $match: filter }, ...stages], "customer");
    expect(others).toEqual([]);
    expect(scan?.loops).toBe(PEOPLE);
    expect(scan?.bounds).toMatch(BOUNDS_OF_TIME);
    expect(scan?.bounds).toMatch(/lookup/);
    expect(scan?.rows).toBeCloseTo(inWindow() / PEOPLE, 1);
  });

  it("counts from the orders of that time, by the index of time, and reads no customer", async () => {
    const { on, stages } = countCustomers(analyseCondition(often), collectionsOf(client.db(database), "crm"));
    const [scan, ...others] = await scansOf(`crm.${on}`, stages, "newest");
    expect(others).toEqual([]);
    expect(scan?.loops).toBe(1);
    expect(scan?.bounds).toMatch(BOUNDS_OF_TIME);
    expect(scan?.rows).toBe(inWindow());
  });

  /** `placedAt`, from and to, in the hexadecimal BSON that DocumentDB explains itself in. */
  const BOUNDS_OF_TIME = /@>= '[^']*706c616365644174[^']*'.*@< '[^']*706c616365644174/;

  interface Scan {
    readonly bounds: string;
    readonly rows: number;
    readonly loops: number;
  }

  /** How an index is scanned, as PostgreSQL below DocumentDB explains it: rows for each loop. */
  async function scansOf(aggregate: string, pipeline: readonly Document[], index: string): Promise<readonly Scan[]> {
    const { queryPlanner } = await client.db(database).command({ explain: { aggregate, pipeline, cursor: {} } });
    return nodesOf(queryPlanner[0].Plan)
      .filter((node) => node["Index Name"] === index)
      .map((node) => ({ bounds: node["Index Cond"], rows: node["Actual Rows"], loops: node["Actual Loops"] }));
  }

  function nodesOf(plan: Document): readonly Document[] {
    return [plan, ...(plan.Plans ?? []).flatMap(nodesOf)];
  }
});

async function load(into: Store): Promise<readonly Subject[]> {
  const people = fc.sample(anyPerson, { numRuns: PEOPLE, seed: 11 });
  const ids = people.map((_, index) => `c${String(index).padStart(3, "0")}`);
  await into.customers.apply(people.map(({ fields }, index) => ({ id: ids[index] ?? "", stamp: 1, fields })));
  const changes = people.flatMap(({ orders: given }, index) =>
    given.map((one, place): OrderChange => ({ ...one, id: `${ids[index]}/${place}`, customerId: ids[index] ?? "", stamp: 1 })),
  );
  await into.orders.apply(changes);
  for (const campaignId of CAMPAIGNS) {
    await into.communications.plan({ campaignId, channel: "email", condition: { kind: "all", of: [] }, plannedAt: 1 });
  }
  const facts = people.flatMap(({ facts: given }, index) =>
    given.map(({ campaignId, ...fact }): DeliveryFact => ({ ...fact, logId: `${campaignId}:${ids[index]}`, generation: 1 })),
  );
  await into.communications.record(facts);
  const customers = [...(await into.customers.getMany(ids))].sort((a, b) => (a.id < b.id ? -1 : 1));
  return Promise.all(
    customers.map(async (customer) => ({
      ...customer,
      orders: (await into.orders.list({ customerId: customer.id }, { limit: 100 })).items,
      messages: (await into.communications.list({ customerId: customer.id }, { limit: 100 })).items,
    })),
  );
}

async function findIds(condition: Condition, limit: number): Promise<readonly string[]> {
  const ids: string[] = [];
  let cursor: string | null = "";
  while (cursor !== null) {
    const page = await store.customers.find(condition, cursor === "" ? { limit } : { limit, cursor });
    ids.push(...page.items.map(({ id }) => id));
    cursor = page.nextCursor;
  }
  return ids;
}

/** In two ranges, as a planner does it. */
async function planIds(condition: Condition, campaignId: string): Promise<readonly string[]> {
  const range = { campaignId, channel: "email", condition, plannedAt: 1 } as const;
  const middle = `c${String(PEOPLE / 2).padStart(3, "0")}`;
  await store.communications.plan({ ...range, upTo: middle });
  await store.communications.plan({ ...range, after: middle });
  const { items } = await store.communications.list({ campaignId }, { limit: 100 });
  // Rows of plans are messages that nothing happened to: no condition counts them.
  return items.map(({ customerId }) => customerId).sort();
}

function orders(measure: OrdersRef["measure"], where: Condition = { kind: "all", of: [] }, base?: number): FieldRef {
  return { of: "orders", measure, where, ...(base === undefined ? {} : { base }) };
}

function compare(field: FieldRef, how: "lt" | "lte" | "gt" | "gte", value: number): Condition {
  return { kind: "compare", field, how, value };
}
