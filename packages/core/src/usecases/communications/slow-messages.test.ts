import { afterEach, describe, expect, it, vi } from "vitest";
import type { EngineOptions } from "../../engine/options.js";
import {
  draftToAll,
  type MemoryEngine,
  memoryEngine,
  people,
  type RecordingSender,
  recordingSender,
  runCampaigns,
} from "../../engine.fixture.js";
import { CrmError } from "../../errors.js";
import { longestGapMs } from "../../longest-gap.fixture.js";
import { memoryQueue, memoryStore } from "../../memory/index.js";
import type { StoredCustomer } from "../../model/customer.js";
import type { Store } from "../../ports/index.js";

const never = new AbortController().signal;
/** 180 KB, of which each customer's name is a part 1,700 times over. */
const NEWSLETTER =
  '<p style="color: #333">Dear {{ customer.name }}, lorem ipsum dolor sit amet, consectetur adipiscing elit</p>\n'.repeat(1_700);
/** 50 to 150 ms of work for each customer. */
const SLOW = "{% for i in (1..20000) %}{% assign a = i | plus: 1 | times: 2 %}{% endfor %}Hi {{ customer.name }}";

interface Options extends Partial<EngineOptions> {
  readonly sender?: RecordingSender;
  readonly body?: string;
}

/** A campaign to so many people that has been planned. */
async function planned(count: number, { body, ...options }: Options = {}) {
  const sender = options.sender ?? recordingSender();
  const store = options.store ?? memoryStore();
  const engine = memoryEngine({ queue: memoryQueue(), ...options, store, sender });
  await engine.ingest.customers(people(count));
  await engine.workOff();
  const id = await draftToAll(engine, body);
  await engine.campaigns.launch(id);
  await engine.work.plan(never);
  return { engine, id, sender, store };
}

/** A store whose customers are as `change` makes them when messages are to be made for them. */
function storeWith(change: (person: StoredCustomer) => StoredCustomer): Store {
  const store = memoryStore();
  const getMany: Store["customers"]["getMany"] = async (ids) => (await store.customers.getMany(ids)).map(change);
  return { ...store, customers: { ...store.customers, getMany } };
}

function keepThread(ms: number): void {
  for (const until = performance.now() + ms; performance.now() < until; );
}

function keysOf(sender: RecordingSender): readonly string[] {
  return sender.calls.flat().map((message) => message.id);
}

async function rowOf(engine: Pick<MemoryEngine, "store">, id: string, customerId: string) {
  return engine.store.communications.get(`${id}:${customerId}`);
}

afterEach(() => void vi.restoreAllMocks());

describe("long messages", () => {
  it("leave others their turn while they are made, and each is sent once", async () => {
    const { engine, id, sender } = await planned(500, { body: NEWSLETTER, leaseMs: 3_000, sender: recordingSender() });
    const gap = await longestGapMs(() => runCampaigns(engine));
    expect(await engine.campaigns.stats(id)).toMatchObject({ sent: 500, failed: 0 });
    expect(new Set(keysOf(sender)).size).toBe(500);
    expect(sender.calls.flat()).toHaveLength(500);
    expect(gap).toBeLessThan(250);
  }, 60_000);

  it("fill a call up to its bytes, and one that is larger goes alone", async () => {
    const sender = recordingSender(undefined, { maxBatchBytes: 2_000 });
    const body = "{{ customer.name }} é €{% if customer.id == 'p0013' %}{% for i in (1..3000) %}x{% endfor %}{% endif %}";
    const { engine } = await planned(60, { sender, body });
    await runCampaigns(engine);
    const sizes = sender.calls.map((messages) =>
      messages.reduce((sum, message) => sum + Buffer.byteLength(JSON.stringify(message)), 0),
    );
    expect(sender.calls.flat()).toHaveLength(60);
    expect(sizes.filter((size) => size > 2_000)).toHaveLength(1);
    expect(sender.calls.find((_, index) => (sizes[index] ?? 0) > 2_000)?.map(({ customerId }) => customerId)).toEqual(["p0013"]);
    expect(sender.calls.length).toBeLessThan(20);
  });

  it("need a vendor that says how many bytes a call may have", () => {
    const { maxBatchBytes: _, ...boundless } = recordingSender();
    expect(() => memoryEngine({ sender: boundless as RecordingSender })).toThrow(expect.objectContaining({ code: "invalid" }));
  });

  it("are not made and held by the hundred: memory has one call's worth", async () => {
    let held = 0;
    let most = 0;
    const sender = recordingSender(
      ({ body }) => {
        held += body.length;
        most = Math.max(most, held);
        return { status: "accepted" };
      },
      { maxBatchBytes: 2 ** 20 },
    );
    const send: RecordingSender["send"] = async (batch, signal) => {
      held = 0;
      return sender.send(batch, signal);
    };
    const { engine, id } = await planned(40, { sender: { ...sender, send }, body: NEWSLETTER });
    await runCampaigns(engine);
    expect(await engine.campaigns.stats(id)).toMatchObject({ sent: 40 });
    expect(most).toBeLessThanOrEqual(2 ** 20);
  });
});

describe("a template that takes long", () => {
  it("is sent part by part within its lease, and no more is claimed than can be made in it", async () => {
    const store = memoryStore();
    const claim = vi.fn(store.claims.claim);
    const sender = recordingSender(undefined, { timeoutMs: 300 });
    const options = { store: { ...store, claims: { ...store.claims, claim } }, sender, body: SLOW, leaseMs: 1_000 };
    const { engine, id } = await planned(40, options);
    await runCampaigns(engine);
    expect(await engine.campaigns.stats(id)).toMatchObject({ sent: 40, failed: 0 });
    expect(sender.calls.flat()).toHaveLength(40);
    const limits = claim.mock.calls.map(([{ limit }]) => limit);
    expect(limits[0]).toBe(500);
    expect(Math.max(...limits.slice(1, -1))).toBeLessThan(40);
  });

  it("gives its rows back at a stop, without a call", async () => {
    const stopping = new AbortController();
    const { engine, id, sender } = await planned(100, { body: SLOW });
    const delivering = engine.work.deliver(stopping.signal);
    setTimeout(() => stopping.abort(), 100);
    await delivering;
    expect(sender.calls).toEqual([]);
    expect(await engine.campaigns.stats(id)).toMatchObject({ pending: 100, claimed: 0 });
  });

  it("keeps its lease long enough for each call", async () => {
    const store = memoryStore();
    const late: string[] = [];
    const beginCalls: Store["claims"]["beginCalls"] = async (calls, timeoutMs) => {
      const marked = await store.claims.beginCalls(calls, timeoutMs);
      late.push(...calls.filter((call) => !marked.has(call.id)).map((call) => call.id));
      return marked;
    };
    const sender = recordingSender(undefined, { timeoutMs: 900 });
    const options = { store: { ...store, claims: { ...store.claims, beginCalls } }, sender, body: SLOW, leaseMs: 1_200 };
    const { engine, id } = await planned(12, options);
    await runCampaigns(engine);
    expect(await engine.campaigns.stats(id)).toMatchObject({ sent: 12 });
    expect(late).toEqual([]);
  });
});

describe("this engine's own trouble", () => {
  it("fails nobody: a worker that stood still for 0.7 s while it rendered", async () => {
    const store = storeWith((person) => ({
      ...person,
      get createdAt() {
        keepThread(700);
        return person.createdAt;
      },
    }));
    const { engine, id } = await planned(2, { store, body: "Since {{ customer.createdAt }}, {{ customer.name }}" });
    await runCampaigns(engine);
    expect(await engine.campaigns.stats(id)).toMatchObject({ sent: 2, failed: 0 });
  });

  it("gives back the rows that it kept from being made, says why, and sends the others", async () => {
    let now = Date.now();
    let broken = true;
    const unsubscribeUrl = (messageId: string): string => {
      if (broken && messageId.endsWith("p0001")) throw new Error("no key for <p1@example.com>");
      return `https://crm.example/u/${messageId}`;
    };
    const { engine, id, sender } = await planned(3, { store: memoryStore({ now: () => now }), unsubscribeUrl });
    await expect(engine.work.deliver(never)).rejects.toThrow("no key");
    expect(keysOf(sender)).toEqual([`${id}:p0000`, `${id}:p0002`]);
    expect(await rowOf(engine, id, "p0001")).toMatchObject({
      status: "pending",
      attempts: 0,
      reason: "the message could not be made: no key for [hidden]",
    });
    broken = false;
    now += 30_000;
    await runCampaigns(engine);
    expect(await engine.campaigns.stats(id)).toMatchObject({ sent: 3, failed: 0 });
    expect(await engine.campaigns.get(id)).toMatchObject({ status: "completed" });
  });

  it.each(["getMany", "reserveAddresses"] as const)("gives back a claim whose %s the store did not answer", async (name) => {
    const store = memoryStore();
    let away = true;
    const orAway = <A extends readonly unknown[], R>(call: (...args: A) => Promise<R>): ((...args: A) => Promise<R>) => {
      return (...args) => (away ? Promise.reject(new CrmError("unavailable", "the store is away")) : call(...args));
    };
    const { engine, id } = await planned(3, {
      store:
        name === "getMany"
          ? { ...store, customers: { ...store.customers, getMany: orAway(store.customers.getMany) } }
          : { ...store, claims: { ...store.claims, reserveAddresses: orAway(store.claims.reserveAddresses) } },
    });
    await expect(engine.work.deliver(never)).rejects.toThrow("the store is away");
    expect(await engine.campaigns.stats(id)).toMatchObject({ pending: 3, claimed: 0 });
    away = false;
    await runCampaigns(engine);
    expect(await engine.campaigns.stats(id)).toMatchObject({ sent: 3 });
  });

  it("is told from data with which a template can't be rendered, now or ever", async () => {
    const body = "{% for i in (1..customer.visitCount) %}{% for j in (1..customer.visitCount) %}x{% endfor %}{% endfor %}";
    const store = storeWith((person) => (person.id === "p0001" ? { ...person, visitCount: 1e9 } : person));
    const { engine, id } = await planned(3, { store, body });
    await runCampaigns(engine);
    expect(await engine.campaigns.stats(id)).toMatchObject({
      sent: 2,
      failed: 1,
      failedBy: { "the message could not be rendered for this customer": 1 },
    });
  });
});

describe("receipts", () => {
  it.each([
    [7_000, 490],
    [50_000, 50],
  ])("of 7 MB, %d of them, leave others their turn", async (count, repeats) => {
    const engine = memoryEngine();
    const receipts = Array.from({ length: count }, (_, index) => ({
      messageId: `a:${index}`,
      status: "bounced",
      reason: ["x.", "1 ", "a:", "@a"][index % 4]?.repeat(repeats),
    }));
    expect(await longestGapMs(() => engine.untrusted.receipts.accept(receipts))).toBeLessThan(250);
    expect(await engine.queue.depth("receipts")).toMatchObject({ messages: count });
  });
});
