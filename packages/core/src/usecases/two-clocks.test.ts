import { afterEach, describe, expect, it, vi } from "vitest";
import { draftToAll, engineWith, memoryEngine, people, recordingSender, runCampaigns } from "../engine.fixture.js";
import { CrmError } from "../errors.js";
import { createMemoryDatabase, memoryQueue, memoryStore } from "../memory/index.js";
import type { Store } from "../ports/index.js";

const HOUR = 3_600_000;
const NEVER = "9999-12-31T00:00:00Z";

afterEach(() => vi.restoreAllMocks());

/** A store on a server with a clock of its own, and processes on machines whose clocks are wrong. */
function cluster() {
  const now = () => Math.floor(1_700_000_000_000 + performance.now());
  const database = createMemoryDatabase({ now });
  const queue = memoryQueue();
  const process = (aheadMs: number) => {
    const wrong = performance.timeOrigin + aheadMs;
    const engine = memoryEngine({ store: database.open(), queue, sender: recordingSender() });
    const on = async <T>(work: () => Promise<T>): Promise<T> => {
      const wall = vi.spyOn(Date, "now").mockImplementation(() => Math.floor(wrong + performance.now()));
      return work().finally(() => wall.mockRestore());
    };
    return { engine, on };
  };
  return { process, now };
}

describe("processes whose clocks are an hour apart", () => {
  it("the later update wins, whoever accepted it", async () => {
    const { process } = cluster();
    const [ahead, behind] = [process(HOUR), process(-HOUR)];
    await ahead.on(() => ahead.engine.untrusted.ingest.one("customers", { id: "c1", name: "first" }));
    await new Promise((resolve) => setTimeout(resolve, 20));
    await behind.on(() => behind.engine.untrusted.ingest.one("customers", { id: "c1", name: "second" }));
    await ahead.engine.workOff();
    expect((await ahead.engine.customers.get("c1")).name).toBe("second");
  });

  it("agree on what is in the future", async () => {
    const { process, now } = cluster();
    const ahead = process(HOUR);
    await ahead.engine.ingest.customers(people(1));
    await ahead.engine.workOff();
    const id = await draftToAll(ahead.engine);
    const at = new Date(now() + HOUR / 2).toISOString();
    await ahead.on(() => ahead.engine.campaigns.schedule(id, { at }));
    expect(await ahead.on(() => ahead.engine.work.schedule())).toBe(false);
  });
});

describe("a time that no clock has reached", () => {
  it("of an opt-in is the moment of its acceptance: who unsubscribes afterwards is unsubscribed", async () => {
    const engine = await engineWith(people(1, { consent: { email: { state: "subscribed", at: NEVER } } }));
    expect((await engine.store.customers.get("p0000"))?.consent.email?.at).toBeLessThanOrEqual(Date.now() + 1_000);
    const id = await draftToAll(engine);
    await engine.campaigns.launch(id);
    await runCampaigns(engine);
    await engine.receipts.accept([{ messageId: `${id}:p0000`, status: "unsubscribed" }]);
    await engine.workOff();
    expect((await engine.store.customers.get("p0000"))?.consent.email).toMatchObject({ state: "withdrawn", by: "unsubscribed" });
  });

  it("of a receipt is the moment of its acceptance: who opts in afterwards is subscribed", async () => {
    let now = Date.UTC(2026, 0, 1);
    const store = memoryStore({ now: () => now });
    const engine = await engineWith(people(1), recordingSender(), { store, clock: () => now });
    const id = await draftToAll(engine);
    await engine.campaigns.launch(id);
    await runCampaigns(engine);
    await engine.receipts.accept([
      { messageId: `${id}:p0000`, status: "unsubscribed", occurredAt: NEVER },
      { messageId: `${id}:p0000`, status: "delivered", occurredAt: NEVER },
    ]);
    const acceptedAt = now;
    now += 1_000;
    await engine.workOff();
    const log = await engine.store.communications.get(`${id}:p0000`);
    expect(log?.evidence).toMatchObject({ delivered: acceptedAt, unsubscribed: acceptedAt });
    const at = new Date(now).toISOString();
    await engine.ingest.customers([{ id: "p0000", consent: { email: { state: "subscribed", at } } }]);
    await engine.workOff();
    expect((await engine.store.customers.get("p0000"))?.consent.email?.state).toBe("subscribed");
  });
});

describe("a process that could never read the store's clock", () => {
  it("takes nothing, and a single object again once it could, even if the store is away by then", async () => {
    const store = memoryStore();
    const world = { away: true };
    const away = <P extends object>(port: P): P =>
      new Proxy(port, {
        get: (target, name) =>
          world.away
            ? async () => {
                throw new CrmError("unavailable", "it is away");
              }
            : Reflect.get(target, name),
      });
    const distant: Store = { ...store, clock: away(store.clock), batches: away(store.batches), customers: away(store.customers) };
    const engine = memoryEngine({ store: distant });
    const one = () => engine.untrusted.ingest.one("customers", { id: "c1" });
    const receipt = () => engine.receipts.accept([{ messageId: "a:b", status: "sent" }]);
    await expect(one()).rejects.toMatchObject({ code: "unavailable" });
    await expect(receipt()).rejects.toMatchObject({ code: "unavailable" });
    expect(await engine.queue.depth("customers")).toMatchObject({ messages: 0 });
    world.away = false;
    await one();
    world.away = true;
    expect([(await one()).received, (await receipt()).received]).toEqual([1, 1]);
    await expect(engine.ingest.customers([{ id: "c2" }])).rejects.toMatchObject({ code: "unavailable" });
  });
});
