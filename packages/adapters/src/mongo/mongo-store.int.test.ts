import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { resolve } from "node:path";
import { createInterface } from "node:readline";
import {
  type Condition,
  type DeliveryFact,
  foldFact,
  hasCode,
  RECEIPT_STATUSES,
  type Store,
  type StoredSegment,
} from "@crm-engine/core/ports";
import { ruleContract, skipReason, storeContract, type Traits } from "@crm-engine/core/testing";
import fc from "fast-check";
import { MongoClient } from "mongodb";
import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import { needs, serviceUrl } from "../../../../test/service-url.js";
import { sameAsImport } from "../../../core/src/usecases/dry-run/same-as-import.fixture.js";
import { order } from "./faults/write-path.fixture.js";
import { mongoStore } from "./mongo-store.js";
import { INDEXES } from "./schema/indexes.js";

const url = serviceUrl("mongo");
const PACKAGE = resolve(import.meta.dirname, "../..");
const EVERYONE: Condition = { kind: "all", of: [] };
const TRAITS: Traits<"durable"> = { durable: { has: true, sentence: "A majority has journaled what was acknowledged." } };

let client: MongoClient | undefined;
let database = "";
const stores: Store[] = [];

function openStore(): Store {
  const store = mongoStore({ url, database });
  stores.push(store);
  return store;
}

async function admin(): Promise<MongoClient> {
  client ??= await new MongoClient(url).connect();
  return client;
}

beforeEach(() => {
  database = `crm_test_${randomUUID().slice(0, 8)}`;
});
afterEach(async () => {
  await Promise.all(stores.splice(0).map((store) => store.close()));
  await (await admin()).db(database).dropDatabase();
});
afterAll(async () => {
  await client?.close();
});

describe("mongoStore keeps the store contract and the rule contract", needs("mongo"), () => {
  for (const contractCase of [...storeContract, ...ruleContract]) {
    it(contractCase.name, { timeout: 60_000 }, async () => {
      expect(skipReason(contractCase, TRAITS)).toBeUndefined();
      await contractCase.run({ open: async () => openStore(), maxWaitMs: 10_000 });
    });
  }
});

describe("mongoStore on a server", needs("mongo"), () => {
  it("names the server that it really is, and its version", async ({ annotate }) => {
    const { name, version, durable } = await openStore().info();
    await annotate(`${name} ${version}`);
    expect(name).toMatch(/MongoDB|DocumentDB|FerretDB/);
    expect(version).toMatch(/\d+\.\d+/);
    expect(durable).toBe(true);
  });

  it("gives a dry run the numbers of the import that follows", { timeout: 60_000 }, () => sameAsImport(openStore(), 1));

  it("makes every index once, in any number of processes at once", async () => {
    await Promise.all([openStore().info(), openStore().info(), openStore().info()]);
    await openStore().info();
    const db = (await admin()).db(database);
    for (const [collection, indexes] of Object.entries(INDEXES)) {
      const names = (await db.collection(`crm.${collection}`).listIndexes().toArray()).map(({ name }) => name as string);
      expect(names.sort()).toEqual(["_id_", ...indexes.map(({ name }) => name)].sort());
    }
  });

  it.each([
    ["newer", 99, "crm.schema", { _id: "layout", layout: 99 }, "upgrade"],
    ["older", 1, "crm.segments", { _id: "s1", version: 1 }, "import"],
  ])(
    "refuses a database whose layout is %s, by name, with what to do, and leaves it as it was",
    async (age, layout, collection, document, remedy) => {
      const db = (await admin()).db(database);
      await db.collection<{ _id: string }>(collection).insertOne(document);
      const store = openStore();
      const refusal = {
        code: "invalid",
        message: expect.stringMatching(new RegExp(`layout ${layout}.*${age}.*layout \\d+.*${remedy}`)),
      };
      await expect(store.info()).rejects.toMatchObject(refusal);
      await expect(store.customers.apply([{ id: "c1", stamp: 1, fields: {} }])).rejects.toMatchObject(refusal);
      expect((await db.listCollections().toArray()).map(({ name }) => name)).toEqual([collection]);
      expect(await db.collection<{ _id: string }>(collection).find().toArray()).toEqual([document]);
    },
  );

  it("marks an empty database once, in any number of processes at once, and takes collections that an operator made", async () => {
    const db = (await admin()).db(database);
    await db.createCollection("crm.customers");
    await Promise.all(Array.from({ length: 5 }, () => openStore().customers.apply([{ id: "c1", stamp: 1, fields: {} }])));
    expect(await db.collection("crm.schema").find().toArray()).toEqual([{ _id: "layout", layout: 9 }]);
  });

  it("keeps two namespaces of one database apart", async () => {
    const [a, b] = ["a", "b"].map((namespace) => mongoStore({ url, database, namespace }));
    stores.push(...[a, b].filter((store) => store !== undefined));
    await a?.customers.apply([{ id: "c1", stamp: 1, fields: {} }]);
    expect([await a?.customers.count(EVERYONE), await b?.customers.count(EVERYONE)]).toEqual([1, 0]);
  });

  it("uses a client that it is given, and leaves it open", async () => {
    const store = mongoStore({ client: await admin(), database });
    await store.customers.apply([{ id: "c1", stamp: 1, fields: {} }]);
    await store.close();
    await expect(store.customers.get("c1")).rejects.toMatchObject({ code: "closed" });
    expect(await (await admin()).db(database).collection("crm.customers").countDocuments()).toBe(1);
  });

  it("takes an operator in place of an id for a value, whatever the types say", async () => {
    const store = openStore();
    await store.customers.apply([{ id: "c1", stamp: 1, fields: {} }]);
    const operator = { $gt: "" } as unknown as string;
    await store.customers
      .get(operator)
      .catch(() => undefined)
      .then((found) => expect(found).toBeUndefined());
    await store.segments
      .delete(operator, 1)
      .catch(() => false)
      .then((deleted) => expect(deleted).toBe(false));
  });

  it("folds facts on the server exactly as core's foldFact does", async () => {
    const store = openStore();
    await store.info();
    const rows = (await admin()).db(database).collection<{ _id: string }>("crm.communications");
    const reason = fc.option(fc.constantFrom("a", "m", "$z"), { nil: undefined });
    const fact = fc.record(
      {
        status: fc.constantFrom(...RECEIPT_STATUSES),
        at: fc.integer({ min: 1, max: 4 }),
        generation: fc.constantFrom(1, 1, 2),
        reason,
        vendorMessageId: reason,
      },
      { noNullPrototype: true },
    );
    const state = fc.record({
      status: fc.constantFrom("pending", "claimed", "unknown", "skipped", "failed"),
      generation: fc.constantFrom(1, 2),
      reason,
    });
    let row = 0;
    const property = fc.asyncProperty(state, fc.array(fact, { minLength: 1, maxLength: 5 }), async (start, facts) => {
      const id = `k:${row++}`;
      const planned = {
        campaignId: "k",
        customerId: id,
        channel: "sms",
        attempts: 0,
        plannedAt: 1,
        dueAt: 1,
        updatedAt: 1,
        epoch: 0,
        leaseUntil: 0,
        call: "",
      };
      const first = { ...clean(start), evidence: {} };
      await rows.insertOne({ _id: id, ...planned, ...first });
      const given = facts.map((one) => ({ ...clean(one), logId: id }) as DeliveryFact);
      for (const one of given) await store.communications.record([one]);
      const { status, generation, evidence, reason: why, vendorMessageId } = (await store.communications.get(id)) ?? {};
      const expected = given.reduce((before, one) => foldFact(before, one), first as Parameters<typeof foldFact>[0]);
      expect(clean({ status, generation, evidence, reason: why, vendorMessageId })).toEqual(expected);
    });
    await fc.assert(property, { numRuns: 100 });
  });
});

describe("mongoStore corrects and erases in its documents", needs("mongo"), () => {
  it("corrects totals that are wrong in the database, and no others", async () => {
    const store = openStore();
    const ids = ["c1", "c2", "c3", "c4", "c5"];
    await store.orders.apply(ids.map((id, index) => order(`o-${id}`, id, index + 1)));
    const right = await store.customers.getMany(ids.slice(0, 4));
    await store.customers.erase("c5", 10);
    const customers = (await admin()).db(database).collection<{ _id: string }>("crm.customers");
    await customers.updateOne({ _id: "c1" }, { $inc: { orderCount: 1 } });
    await customers.updateOne({ _id: "c3" }, { $unset: { firstOrderAt: "" } });
    await customers.updateOne({ _id: "c4" }, { $set: { totalSpend: 99, lastOrderAt: 99 } });

    expect(await store.orders.recount({ limit: 3 })).toEqual({ checked: 3, corrected: ["c1", "c3"], lastId: "c3" });
    expect(await store.orders.recount({ after: "c3", limit: 3 })).toEqual({ checked: 1, corrected: ["c4"], lastId: "c4" });
    expect(await store.orders.recount({ limit: 10 })).toEqual({ checked: 4, corrected: [], lastId: "c4" });
    expect(await store.customers.getMany(ids)).toEqual(expect.arrayContaining([...right]));
  });

  it("leaves nothing of an erased customer in any collection but the id", async () => {
    const store = openStore();
    const fields = { email: "quux@example.com", phone: "+1555123", name: "Quux", tags: ["vip"], attributes: { plan: "paid" } };
    await store.customers.apply([{ id: "c1", stamp: 1, fields }]);
    await store.communications.plan({ campaignId: "k1", channel: "email", condition: EVERYONE, plannedAt: 1 });
    const [row] = await store.claims.claim({ campaignId: "k1", limit: 1, leaseMs: 60_000 });
    await store.claims.beginCalls([{ id: "k1:c1", epoch: row?.epoch ?? 0, to: "quux@example.com" }], 1_000);
    const contents = async (): Promise<string> => {
      const db = (await admin()).db(database);
      const collections = await db.listCollections().toArray();
      return JSON.stringify(await Promise.all(collections.map(({ name }) => db.collection(name).find().toArray())));
    };

    expect(await contents()).toMatch(/quux@example\.com.*quux@example\.com/s);
    expect(await store.customers.erase("c1", 2_000)).toEqual({});
    expect(await contents()).not.toMatch(/quux|1555123|vip|paid/i);
  });

  it("is not undone by totals or changes that were read before it and are written after", async () => {
    const store = openStore();
    const rounds = Array.from({ length: 20 }, (_, round) => `c${round}`);
    await store.customers.apply(rounds.map((id) => ({ id, stamp: 1, fields: { name: "Ann" } })));
    await Promise.all(
      rounds.flatMap((id) => [
        store.orders.apply([order(`${id}-1`, id, 1)]),
        store.customers.apply([{ id, stamp: 2, fields: { phone: "+1555123" } }]),
        store.customers.erase(id, 3),
        store.customers.apply([{ id, stamp: 2, fields: { name: "Bob" } }]),
        store.orders.apply([order(`${id}-2`, id, 2)]),
      ]),
    );
    expect(await store.customers.count(EVERYONE)).toBe(0);
    const customers = (await admin()).db(database).collection("crm.customers");
    const left = await customers.find({}, { projection: { _id: 0, version: 0, ordersVersion: 0, writtenBy: 0 } }).toArray();
    expect(left.length).toBeGreaterThanOrEqual(rounds.length);
    for (const document of left) expect(document).toEqual({ erased: true, erasedStamp: 3 });
  });
});

describe("mongoStore refuses what can never be written", needs("mongo"), () => {
  const megabytes = (count: number) => Array.from({ length: count }, (_, index) => `${index}`.padEnd(1_000_000, "x"));

  it.each([
    ["for the server", 17, (store: Store) => store.segments.insert(hugeSegment(megabytes(17)))],
    ["for the driver", 30, (store: Store) => store.segments.insert(hugeSegment(megabytes(30)))],
    [
      "in a bulk write",
      17,
      (store: Store) => store.orders.apply([{ ...order("o1", "c1", 1), items: megabytes(17).map(itemNamed) }]),
    ],
  ])("a document that is too large %s (%d MB)", async (_how, _size, write) => {
    const store = openStore();
    await expect(write(store)).rejects.toMatchObject({ code: "invalid", cause: expect.any(Error) });
    await store.customers.apply([{ id: "c2", stamp: 1, fields: {} }]);
    expect(await store.customers.get("c2")).toMatchObject({ id: "c2" });
  });

  it("a name that has no form in BSON", async () => {
    const rule = { "a\0b": 1 } as unknown as StoredSegment["rule"];
    await expect(openStore().segments.insert({ ...hugeSegment([]), rule })).rejects.toMatchObject({ code: "invalid" });
  });

  function itemNamed(name: string) {
    return { sku: "s", name, quantity: 1, price: 1 };
  }

  function hugeSegment(names: readonly string[]): StoredSegment {
    const rule = { all: names.map((value) => ({ field: "name", op: "eq", value })) } as StoredSegment["rule"];
    return { id: "s1", version: 1, name: "Huge", rule, createdAt: 1, updatedAt: 1 };
  }
});

describe("mongoStore with its server away", needs("mongo"), () => {
  const unavailableWithin2s = async (call: () => Promise<unknown>) => {
    const started = performance.now();
    const error = await call().then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(hasCode(error, "unavailable") ? error.cause : error).toBeInstanceOf(Error);
    expect(hasCode(error, "unavailable")).toBe(true);
    expect(performance.now() - started).toBeLessThan(2_000);
  };

  it("is unavailable within 2 s where nobody listens, and goes on being so", async () => {
    const store = mongoStore({ url: "mongodb://127.0.0.1:1/" });
    stores.push(store);
    await unavailableWithin2s(() => store.info());
    await unavailableWithin2s(() => store.customers.get("c1"));
  });

  it("is unavailable within 2 s when the server falls silent, and works again by itself when it is back", async () => {
    const line = await openLine(new URL(url.replace(/^mongodb:/, "http:")));
    const store = mongoStore({ url: `mongodb://127.0.0.1:${line.port}/?directConnection=true`, database });
    stores.push(store);
    await store.customers.apply([{ id: "c1", stamp: 1, fields: {} }]);
    line.silence();
    await unavailableWithin2s(() => store.customers.get("c1"));
    await unavailableWithin2s(() => store.leases.acquire("l", 1_000));
    line.restore();
    await expect.poll(() => store.customers.get("c1").catch(() => undefined), { timeout: 5_000 }).toMatchObject({ id: "c1" });
    line.close();
  });

  it("stops waiting for a query that is called off, and hangs up, by which the server knows", async () => {
    const line = await openLine(new URL(url.replace(/^mongodb:/, "http:")));
    const store = mongoStore({ url: `mongodb://127.0.0.1:${line.port}/?directConnection=true`, database });
    stores.push(store);
    expect(await store.customers.count(EVERYONE)).toBe(0);
    const queries = [
      (signal: AbortSignal) => store.customers.count(EVERYONE, { signal }),
      (signal: AbortSignal) => store.customers.find(EVERYONE, { limit: 1 }, { signal }),
    ];
    for (const query of queries) {
      line.silence();
      const caller = new AbortController();
      const reason = new Error("the client went away");
      const before = line.hungUp();
      const asked = query(caller.signal);
      setTimeout(() => caller.abort(reason), 100);
      await expect(asked).rejects.toBe(reason);
      await expect.poll(line.hungUp, { timeout: 300, interval: 10 }).toBeGreaterThan(before);
      await expect(query(caller.signal)).rejects.toBe(reason);
      line.restore();
      await expect.poll(() => store.customers.count(EVERYONE).catch(() => undefined), { timeout: 5_000 }).toBe(0);
    }
    line.close();
  });

  it("tells a server that may not notice how long such a query may take", async () => {
    const watched = await new MongoClient(url, { monitorCommands: true }).connect();
    const limits: unknown[] = [];
    watched.on("commandStarted", ({ commandName, command }) => {
      if (commandName === "aggregate") limits.push(command.maxTimeMS);
    });
    const store = mongoStore({ client: watched, database });
    const { signal } = new AbortController();
    await store.customers.count(EVERYONE, { signal });
    await store.customers.find(EVERYONE, { limit: 1 }, { signal });
    await store.close();
    await watched.close();
    expect(limits).toEqual([60_000, 60_000]);
  });

  it("names a URL that is none", async () => {
    const store = mongoStore({ url: "nonsense://x" });
    await expect(store.info()).rejects.toMatchObject({ code: "invalid" });
  });
});

describe("mongoStore in four processes", needs("mongo"), () => {
  const ROUNDS = 10;

  it(`gets the right total of 20 racing orders of one customer, ${ROUNDS} times of ${ROUNDS}`, { timeout: 120_000 }, async () => {
    const store = openStore();
    const racers = await Promise.all([0, 1, 2, 3].map(startRacer));
    try {
      for (let round = 0; round < ROUNDS; round++) {
        await Promise.all(racers.map((racer) => racer.race(`c${round}`)));
        const { orderCount, totalSpend } = (await store.customers.get(`c${round}`)) ?? {};
        expect({ round, orderCount, totalSpend }).toEqual({ round, orderCount: 20, totalSpend: 210 });
      }
    } finally {
      for (const racer of racers) racer.stop();
    }
  });

  it("makes totals right after a process was killed among its orders, once they are sent again", {
    timeout: 60_000,
  }, async () => {
    const store = openStore();
    await store.info();
    const racer = await startRacer(0);
    const racing = racer.race("c0", 40).catch(() => undefined);
    await expect
      .poll(async () => (await store.orders.list({ customerId: "c0" }, { limit: 1 })).items.length, { interval: 5 })
      .toBe(1);
    racer.stop();
    await racing;
    const orders = Array.from({ length: 40 }, (_, index) => order(`c0-0-${index}`, "c0", index + 1));
    await Promise.all(orders.map((one) => store.orders.apply([one])));
    expect(await store.customers.get("c0")).toMatchObject({ orderCount: 40, totalSpend: 820 });
  });

  /** A process of its own that applies orders of a customer at once: amounts 1, 2, 3 … over all processes. */
  async function startRacer(place: number): Promise<{ race(customerId: string, orders?: number): Promise<void>; stop(): void }> {
    const child: ChildProcess = spawn(process.execPath, ["--input-type=module", "--eval", RACER, url, database], {
      cwd: PACKAGE,
      stdio: ["pipe", "pipe", "inherit"],
    });
    const lines = createInterface({ input: child.stdout ?? process.stdin })[Symbol.asyncIterator]();
    const answer = async () => {
      const { value, done } = await lines.next();
      if (done) throw new Error("the racer has ended");
      return value;
    };
    expect(await answer()).toBe("ready");
    return {
      race: async (customerId, count = 5) => {
        const orders = Array.from({ length: count }, (_, index) =>
          order(`${customerId}-${place}-${index}`, customerId, place * count + index + 1),
        );
        child.stdin?.write(`${JSON.stringify(orders)}\n`);
        expect(await answer()).toBe("done");
      },
      stop: () => child.kill("SIGKILL"),
    };
  }
});

const RACER = `
  import { createInterface } from "node:readline";
  import { mongoStore } from "@crm-engine/adapters/mongo";
  const [url, database] = process.argv.slice(1);
  const store = mongoStore({ url, database });
  await store.info();
  console.log("ready");
  for await (const line of createInterface({ input: process.stdin })) {
    await Promise.all(JSON.parse(line).map((order) => store.orders.apply([order])));
    console.log("done");
  }
`;

function clean<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== undefined)) as T;
}

/** A line to the server that can fall silent without breaking. */
async function openLine(target: URL): Promise<{
  readonly port: number;
  silence(): void;
  restore(): void;
  close(): void;
  /** How many connections the near end has closed. */
  hungUp(): number;
}> {
  let hungUp = 0;
  const ends = new Set<Socket>();
  let silent = false;
  const server = createServer((near) => {
    const far = connect(Number(target.port), target.hostname);
    near.on("close", () => {
      hungUp += 1;
    });
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      ends.add(from);
      from.on("data", (data) => silent || to.write(data));
      from.on("error", () => undefined);
      from.on("close", () => to.destroy());
    }
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const cut = () => {
    for (const end of ends) end.destroy();
    ends.clear();
  };
  return {
    port: (server.address() as AddressInfo).port,
    hungUp: () => hungUp,
    silence: () => {
      silent = true;
    },
    restore: () => {
      silent = false;
      cut();
    },
    close: () => {
      cut();
      server.close();
    },
  };
}
