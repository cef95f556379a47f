import { randomUUID } from "node:crypto";
import {
  type Condition,
  type CustomerFields,
  type DeliveryFact,
  type FieldRef,
  holds,
  type Order,
  type OrderChange,
  type OrderItem,
  type OrdersRef,
  RECEIPT_STATUSES,
  SAMPLE_PLACES,
  type Store,
  type Subject,
  sampleHash,
} from "@crm-engine/core";
import fc from "fast-check";
import { type Document, MongoClient } from "mongodb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { needs, serviceUrl } from "../../../../test/service-url.js";
import { collectionsOf } from "./collections.js";
import { countCustomers } from "./count-customers.js";
import { mongoStore } from "./mongo-store.js";
import { selectCustomers } from "./select-customers.js";

const url = serviceUrl("mongo");
const database = `crm_test_${randomUUID().slice(0, 8)}`;
const PEOPLE = 60;
const CAMPAIGNS = ["k1", "k2"];

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
  it("select by find, count and plan whom holds selects, however they are made up", { timeout: 120_000 }, async () => {
    let plans = 0;
    let selected = 0;
    const property = fc.asyncProperty(anyCondition(3), fc.integer({ min: 1, max: 40 }), async (condition, limit) => {
      const expected = subjects.filter((subject) => holds(condition, subject)).map(({ id }) => id);
      selected += expected.length;
      expect(await store.customers.count(condition)).toBe(expected.length);
      expect(await findIds(condition, limit)).toEqual(expected);
      if (plans % 4 === 0) expect(await planIds(condition, `p${plans}`)).toEqual(expected);
      plans += 1;
    });
    await fc.assert(property, { numRuns: 150, seed: 7 });
    expect(selected).toBeGreaterThan(500);
  });

  it("give a customer back as it was stored, without what was looked up", async () => {
    const { items } = await store.customers.find(compare(orders("count"), "gte", 0), { limit: 1 });
    expect(items).toEqual(await store.customers.getMany([items[0]?.id ?? ""]));
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
    const { filter, stages } = selectCustomers(often, collectionsOf(client.db(database), "crm"));
    const [scan, ...others] = await scansOf("crm.customers", [{ $match: filter }, ...stages], "customer");
    expect(others).toEqual([]);
    expect(scan?.loops).toBe(PEOPLE);
    expect(scan?.bounds).toMatch(BOUNDS_OF_TIME);
    expect(scan?.bounds).toMatch(/lookup/);
    expect(scan?.rows).toBeCloseTo(inWindow() / PEOPLE, 1);
  });

  it("counts from the orders of that time, by the index of time, and reads no customer", async () => {
    const { on, stages } = countCustomers(often, collectionsOf(client.db(database), "crm"));
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
  const people = fc.sample(person, { numRuns: PEOPLE, seed: 11 });
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

function orders(figure: OrdersRef["figure"], where: Condition = { kind: "all", of: [] }, base?: number): FieldRef {
  return { of: "orders", figure, where, ...(base === undefined ? {} : { base }) };
}

function compare(field: FieldRef, how: "lt" | "lte" | "gt" | "gte", value: number): Condition {
  return { kind: "compare", field, how, value };
}

const SKUS = ["A", "a.b", "$sku", "É", "B\n"];
const item: fc.Arbitrary<OrderItem> = fc
  .record(
    {
      sku: fc.constantFrom(...SKUS),
      name: fc.constantFrom("Red lamp", "red LAMP ", "Blue", "ΑΣ"),
      category: fc.constantFrom("x", "Y"),
      quantity: fc.integer({ min: 1, max: 4 }),
      price: fc.constantFrom(0, 0.1, 2.55, 3),
    },
    { requiredKeys: ["sku", "quantity", "price"], noNullPrototype: true },
  )
  .map((given) => given as OrderItem);
const order: fc.Arbitrary<Omit<Order, "id" | "customerId">> = fc
  .record(
    {
      type: fc.constantFrom("purchase", "purchase", "refund"),
      amount: fc.constantFrom(0, 1, 5, 100, 2_147_483_647, 9_000_000_000),
      currency: fc.constant("EUR"),
      placedAt: fc.integer({ min: 0, max: 100 }),
      items: fc.array(item, { maxLength: 3 }),
      channel: fc.constantFrom("web", "Shop"),
    },
    { requiredKeys: ["type", "amount", "currency", "placedAt", "items"], noNullPrototype: true },
  )
  .map((given) => given as Omit<Order, "id" | "customerId">);
const person = fc.record({
  fields: fc
    .record(
      { name: fc.constantFrom("Ana", "Bo"), tags: fc.subarray(["x", "y"]), visitCount: fc.integer({ min: 0, max: 3 }) },
      { requiredKeys: [], noNullPrototype: true },
    )
    .map((fields) => fields as CustomerFields),
  orders: fc.array(order, { maxLength: 6 }),
  facts: fc.array(
    fc.record({
      campaignId: fc.constantFrom(...CAMPAIGNS),
      status: fc.constantFrom(...RECEIPT_STATUSES),
      at: fc.integer({ min: 0, max: 100 }),
    }),
    { maxLength: 4 },
  ),
});

const bound = fc.integer({ min: -1, max: 101 });
const range = fc
  .record({ from: bound, to: bound }, { requiredKeys: [], noNullPrototype: true })
  .map((given) => given as { from?: number; to?: number });

function anyTest(
  field: fc.Arbitrary<FieldRef>,
  text: fc.Arbitrary<string>,
  numbers: fc.Arbitrary<number>,
): fc.Arbitrary<Condition> {
  return fc
    .oneof(
      fc.record({ kind: fc.constant("textIn"), field, values: fc.array(text, { minLength: 1, maxLength: 2 }) }),
      fc.record({
        kind: fc.constant("textLike"),
        field,
        how: fc.constantFrom("contains", "starts", "ends"),
        folded: fc.constantFrom("a", "red", "é", "$", ".", "σ", "b\n", "p"),
      }),
      fc.record({ kind: fc.constant("compare"), field, how: fc.constantFrom("lt", "lte", "gt", "gte"), value: numbers }),
      fc.record({ kind: fc.constant("numberIn"), field, values: fc.array(numbers, { minLength: 1, maxLength: 2 }) }),
      fc.record({ kind: fc.constant("within"), field, ranges: fc.array(range, { minLength: 1, maxLength: 2 }) }),
      fc.record({ kind: fc.constant("typed"), field, type: fc.constantFrom("text", "number", "date", "array", "boolean") }),
      fc.record({ kind: fc.constant("present"), field }),
      fc.record({ kind: fc.constant("is"), field, value: fc.boolean() }),
    )
    .map((given) => given as Condition);
}

function groupsOf(test: fc.Arbitrary<Condition>, depth: number): fc.Arbitrary<Condition> {
  if (depth === 0) return test;
  const part = groupsOf(test, depth - 1);
  const of = fc.array(part, { maxLength: 3 });
  return fc.oneof(
    test,
    part.map((one): Condition => ({ kind: "not", of: one })),
    of.map((parts): Condition => ({ kind: "all", of: parts })),
    of.map((parts): Condition => ({ kind: "any", of: parts })),
  );
}

const orderField: fc.Arbitrary<FieldRef> = fc.constantFrom(
  { of: "order", name: "type", type: "text" },
  { of: "order", name: "amount", type: "number" },
  { of: "order", name: "placedAt", type: "date" },
  { of: "order", name: "channel", type: "text" },
  { of: "order", name: "currency", type: "text" },
);
const itemField: fc.Arbitrary<FieldRef> = fc.constantFrom(
  { of: "item", name: "sku", type: "text" },
  { of: "item", name: "name", type: "text" },
  { of: "item", name: "category", type: "text" },
  { of: "item", name: "quantity", type: "number" },
  { of: "item", name: "price", type: "number" },
);
const whereText = fc.constantFrom("purchase", "refund", "web", "Shop", "EUR", "x", "Red lamp", ...SKUS);
const orderTest = anyTest(orderField, whereText, fc.constantFrom(0, 1, 5, 50, 100));
const itemTest = anyTest(itemField, whereText, fc.constantFrom(0, 0.1, 1, 2, 2.55, 3));
const where: fc.Arbitrary<Condition> = fc.oneof(
  groupsOf(orderTest, 1),
  groupsOf(itemTest, 2),
  groupsOf(fc.oneof(orderTest, itemTest), 2),
  fc.tuple(groupsOf(orderTest, 1), groupsOf(itemTest, 1), itemTest).map((of): Condition => ({ kind: "all", of })),
);
const figure: fc.Arbitrary<FieldRef> = fc
  .record({
    of: fc.constant("orders" as const),
    figure: fc.constantFrom("count", "count", "sum", "min", "max", "first", "last", "excess"),
    base: fc.constantFrom(0, 5, 2_147_483_648),
    where,
  })
  .map((given) => given as FieldRef);
const messages: fc.Arbitrary<FieldRef> = fc
  .record(
    {
      of: fc.constant("messages"),
      event: fc.constantFrom(
        "messaged",
        "messaged",
        "delivered",
        "bounced",
        "failed",
        "opened",
        "clicked",
        "complained",
        "unsubscribed",
      ),
      campaignId: fc.constantFrom(...CAMPAIGNS),
      window: range,
    },
    { requiredKeys: ["of", "event"], noNullPrototype: true },
  )
  .map((given) => given as FieldRef);
const sampled: fc.Arbitrary<FieldRef> = fc.record({
  of: fc.constant("sample" as const),
  factor: fc.constantFrom(1, 77_777, 4_194_301),
  offset: fc.constantFrom(0, 0, 12_345),
});
const own: fc.Arbitrary<FieldRef> = fc.constantFrom(
  { of: "customer", name: "id", type: "text" },
  { of: "customer", name: "name", type: "text" },
  { of: "customer", name: "visitCount", type: "number" },
);

function anyCondition(depth: number): fc.Arbitrary<Condition> {
  const test = fc.oneof(
    anyTest(figure, whereText, fc.constantFrom(-1, 0, 1, 2, 5, 50, 100, 2_147_483_648)),
    anyTest(messages, whereText, fc.constantFrom(-1, 0, 0.5, 1, 2)),
    anyTest(sampled, whereText, fc.constantFrom(0, 1_000_000_000, 2_000_000_000)),
    anyTest(own, fc.constantFrom("c001", "Ana"), fc.constantFrom(0, 1, 2)),
  );
  return groupsOf(test, depth);
}
