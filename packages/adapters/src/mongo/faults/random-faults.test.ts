import { memoryStore } from "@crm-engine/core/memory";
import { type CustomerFields, type DeliveryFact, hasCode, type OrderChange, type Store } from "@crm-engine/core/ports";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Fate, type MongoModel, openMongoModel, sometimesYield } from "../model/mongo-model.fixture.js";
import { mongoStore } from "../mongo-store.js";
import { order } from "./write-path.fixture.js";

/** Of all commands, one half lost on their way, the other done with their reply lost. */
const FAULTS = 0.06;
const PEOPLE = ["a", "b", "c", "d"];
const CAMPAIGN = "k";
const EVERYONE = { kind: "all", of: [] } as const;
const STEPS = { minLength: 20, maxLength: 40 };

/** One call on a store, at a time which is the stamp too. */
type Step = (store: Store, at: number) => Promise<unknown>;

const who = fc.constantFrom(...PEOPLE);
const anyFields = fc.record(
  { name: fc.constantFrom("Ann", "Bob", null), phone: fc.constantFrom("+1555123", null), tags: fc.constantFrom(["x"], ["y"]) },
  { requiredKeys: [], noNullPrototype: true },
) as fc.Arbitrary<CustomerFields>;
const anyOrders = fc.array(fc.record({ customerId: who, place: fc.nat(3), amount: fc.integer({ min: 1, max: 99 }) }), {
  minLength: 1,
  maxLength: 3,
});
const anyFact = fc.record({
  customerId: who,
  status: fc.constantFrom("sent", "delivered", "opened", "bounced", "unsubscribed"),
  at: fc.integer({ min: 1, max: 9 }),
}) as fc.Arbitrary<Pick<DeliveryFact, "status" | "at"> & { readonly customerId: string }>;

const changing = fc.tuple(who, anyFields).map(
  ([id, fields]): Step =>
    ({ customers }, at) =>
      customers.apply([{ id, stamp: at, fields }]),
);
const ordering = anyOrders.map(
  (given): Step =>
    ({ orders }, at) =>
      orders.apply(given.map((one) => orderOf(one, at))),
);
const erasing = who.map(
  (id): Step =>
    ({ customers }, at) =>
      customers.erase(id, at),
);
const withdrawing = who.map(
  (customerId): Step =>
    ({ customers }, at) =>
      customers.withdrawConsent([{ customerId, channel: "sms", by: "unsubscribed", at }]),
);
const planning = who.map(
  (upTo): Step =>
    ({ communications }) =>
      communications.plan({ campaignId: CAMPAIGN, channel: "sms", condition: EVERYONE, upTo, plannedAt: 1 }),
);
const recording = fc.array(anyFact, { minLength: 1, maxLength: 3 }).map((given): Step => {
  const facts = given.map(({ customerId, ...fact }) => ({ ...fact, logId: `${CAMPAIGN}:${customerId}`, generation: 1 }));
  return ({ communications }) => communications.record(facts);
});
const reserving = fc.tuple(who, fc.nat(3)).map(
  ([id, hash]): Step =>
    ({ claims }) =>
      claims.reserveAddresses(CAMPAIGN, [{ id: `${CAMPAIGN}:${id}`, epoch: 0, addressHash: `${hash}` }]),
);
const batching = fc.nat(3).map(
  (part): Step =>
    ({ batches }) =>
      batches.record([
        { batchId: "b", part, kind: "orders", single: part === 3, added: part, changed: 1, unchanged: 0, rejections: [] },
      ]),
);
const anyStep = fc.oneof(changing, ordering, ordering, erasing, withdrawing, planning, recording, reserving, batching);

describe("mongoStore on a model that loses 6 % of commands or of their replies", () => {
  it("has in the end what a store has that loses none, each call being repeated while it is unavailable", {
    timeout: 60_000,
  }, async () => {
    let repetitions = 0;
    const property = fc.asyncProperty(fc.array(anyStep, STEPS), fc.nat(), fc.boolean(), async (steps, seed, retryWrites) => {
      const expected = memoryStore();
      for (const [index, step] of steps.entries()) await step(expected, index + 1);
      await onFaultyModel(seed, { retryWrites }, async (store) => {
        for (const [index, step] of steps.entries()) repetitions += await repeated(() => step(store, index + 1));
        expect(await whole(() => contentsOf(store))).toEqual(await contentsOf(expected));
      });
    });
    await fc.assert(property, { numRuns: 40, seed: 1, endOnFailure: true });
    expect(repetitions).toBeGreaterThan(40);
  });

  it("has the right totals of orders that race, each of them once", async () => {
    for (let seed = 1; seed <= 6; seed++) {
      await onFaultyModel(seed, { retryWrites: seed % 2 === 0 }, async (store) => {
        const orders = Array.from({ length: 10 }, (_, place) =>
          orderOf({ customerId: PEOPLE[place % 2] ?? "", place, amount: place }, 1),
        );
        await Promise.all([...orders, ...orders].map((one) => repeated(() => store.orders.apply([one]))));
        const customers = await whole(() => store.customers.getMany(PEOPLE));
        const totals = customers.map(({ id, orderCount, totalSpend }) => ({ id, orderCount, totalSpend }));
        expect(totals.sort((a, b) => (a.id < b.id ? -1 : 1))).toEqual([
          { id: "a", orderCount: 5, totalSpend: 20 },
          { id: "b", orderCount: 5, totalSpend: 25 },
        ]);
      });
    }
  });
});

async function onFaultyModel(
  seed: number,
  options: { readonly retryWrites: boolean },
  use: (store: Store) => Promise<void>,
): Promise<void> {
  const random = randomFrom(seed);
  let isFaulty = false;
  const fateOf = (): Fate => (isFaulty && random() < FAULTS ? (random() < 0.5 ? "lost" : "reply lost") : "done");
  const model: MongoModel = await openMongoModel({ between: sometimesYield, fateOf });
  const client = model.client({ ...options, retryReads: options.retryWrites });
  try {
    const store = mongoStore({ client });
    await store.info();
    isFaulty = true;
    await use(store);
    expect(model.outside).toEqual([]);
  } finally {
    await client.close();
    await model.close();
  }
}

/** Returns how often the call was rejected before. */
async function repeated(call: () => Promise<unknown>): Promise<number> {
  let rejections = 0;
  await whole(async () => {
    rejections += 1;
    await call();
  });
  return rejections - 1;
}

async function whole<T>(call: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await call();
    } catch (error) {
      if (!hasCode(error, "unavailable")) throw error;
    }
  }
}

/** Everything in the store, without the times of writing. */
async function contentsOf({ customers, orders, communications, claims, batches }: Store): Promise<unknown> {
  const byId = <T extends { readonly id: string }>(items: readonly T[]) => [...items].sort((a, b) => (a.id < b.id ? -1 : 1));
  const batch = await batches.get("b");
  const taken = ["0", "1", "2", "3"].map((addressHash) => ({ id: `late ${addressHash}`, epoch: 0, addressHash }));
  return {
    customers: byId(await customers.getMany(PEOPLE)).map((one) => ({ ...one, createdAt: 0, updatedAt: 0 })),
    orders: byId((await orders.list({}, { limit: 100 })).items),
    rows: (await communications.list({}, { limit: 100 })).items.map((row) => ({
      ...row,
      ...(row.firstCallAt === undefined ? {} : { firstCallAt: 0 }),
      dueAt: 0,
      updatedAt: 0,
    })),
    batch: batch && { ...batch, createdAt: 0 },
    addresses: [...(await claims.reserveAddresses(CAMPAIGN, taken))].sort(),
  };
}

function orderOf(
  { customerId, place, amount }: { readonly customerId: string; readonly place: number; readonly amount: number },
  stamp: number,
): OrderChange {
  return { ...order(`${customerId}${place}`, customerId, amount), stamp };
}

/** The same numbers for the same seed. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
