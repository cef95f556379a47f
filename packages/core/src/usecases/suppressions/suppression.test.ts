import { describe, expect, it } from "vitest";
import type { EngineOptions } from "../../engine/options.js";
import { type Answer, draftToAll, type MemoryEngine, memoryEngine, recordingSender, runCampaigns } from "../../engine.fixture.js";
import { memoryQueue, memoryStore } from "../../memory/index.js";
import type { ReceiptStatus } from "../../model/receipt.js";
import type { Store } from "../../ports/index.js";

const START = Date.UTC(2026, 0, 1);
const DAY_MS = 86_400_000;

interface Given extends Partial<EngineOptions> {
  readonly answer?: Answer;
}

/** An engine on a clock that each step moves by a day. */
function scene({ answer, ...options }: Given = {}) {
  const time = { now: START };
  const clock = () => time.now;
  const vendor = recordingSender(answer);
  const given = { store: memoryStore({ now: clock }), queue: memoryQueue(), ...options };
  const engine: MemoryEngine = memoryEngine({ sender: vendor, clock, ...given });
  const step = async (act: () => Promise<unknown>): Promise<void> => {
    time.now += DAY_MS;
    await act();
    await engine.workOff();
  };
  const told = async (messageId: string, status: ReceiptStatus, more: object = {}) =>
    step(() => engine.receipts.accept([{ messageId, status, ...more }]));
  return {
    time,
    vendor,
    engine,
    step,
    told,
    /** Rows of a file. */
    rows: (...rows: readonly object[]) => step(() => engine.ingest.customers(rows)),
    /** One that comes as an object of its own. */
    single: (row: object) => step(() => engine.untrusted.ingest.one("customers", row)),
    /** A campaign to everyone; returns its id, and whom it reached. */
    campaign: async () => {
      const before = vendor.calls.flat().length;
      const id = await draftToAll(engine);
      await step(() => engine.campaigns.launch(id));
      await runCampaigns(engine);
      const sent = vendor.calls.flat().slice(before);
      return { id, reached: sent.map(({ customerId }) => customerId).sort() };
    },
    skipped: async (id: string) => {
      const { items } = await engine.store.communications.list({ campaignId: id, status: "skipped" }, { limit: 100 });
      return Object.fromEntries(items.map(({ customerId, reason }) => [customerId, reason]));
    },
    at: () => new Date(time.now).toISOString(),
  };
}

const KIM = { email: "kim@example.com" };
const SPELT = { email: " Kim@EXAMPLE.com" };

describe("who says no, says it as a person", () => {
  it("under another record of the mailbox too, now and later", async () => {
    const { rows, campaign, told, skipped } = scene();
    await rows({ id: "a", ...KIM }, { id: "b", email: "b@example.com" });
    const { id } = await campaign();
    await told(`${id}:a`, "unsubscribed");
    await rows({ id: "c", ...SPELT });
    const next = await campaign();
    expect(next.reached).toEqual(["b"]);
    expect(await skipped(next.id)).toEqual({ a: "unsubscribed", c: "unsubscribed" });
  });

  it("and stays unwritten to after a complaint, an erasure, and an import", async () => {
    const { rows, campaign, told, step, engine } = scene();
    await rows({ id: "a", ...KIM });
    const { id } = await campaign();
    await told(`${id}:a`, "complained");
    await step(() => engine.customers.erase("a"));
    await rows({ id: "new", ...KIM }, { ...KIM, name: "Kim" });
    expect((await campaign()).reached).toEqual([]);
  });

  it("by a record that withdraws, for every record of the mailbox", async () => {
    const { rows, campaign } = scene();
    await rows({ id: "a", ...KIM }, { id: "b", ...SPELT });
    await rows({ id: "a", consent: { email: { state: "withdrawn" } } });
    expect((await campaign()).reached).toEqual([]);
    await rows({ id: "a", consent: { email: { state: "subscribed" } } });
    expect((await campaign()).reached, "nobody said when").toEqual([]);
  });

  it("until they opt in later, with a date", async () => {
    const { rows, campaign, told, at } = scene();
    await rows({ id: "a", ...KIM }, { id: "b", ...KIM });
    const { id } = await campaign();
    const before = at();
    await told(`${id}:a`, "unsubscribed");
    await rows({ id: "a", consent: { email: { state: "subscribed", at: before } } });
    expect((await campaign()).reached, "that was before").toEqual([]);
    await rows({ id: "a", consent: { email: { state: "subscribed", at: at() } } });
    expect((await campaign()).reached).toEqual(["a"]);
  });

  it("in one channel, and not in another", async () => {
    const { rows, engine } = scene();
    await rows({ id: "a", ...KIM, phone: "+442079460000", consent: { email: { state: "withdrawn" } } });
    expect(await engine.customers.contactable("a", "email")).toMatchObject({ contactable: false, reason: "unsubscribed" });
    expect(await engine.customers.contactable("a", "sms")).toEqual({ channel: "sms", contactable: true });
  });
});

describe("a mailbox that does not take mail", () => {
  it("is not written to again after a hard bounce, whoever has it", async () => {
    const { rows, campaign, told, skipped } = scene();
    await rows({ id: "a", ...KIM });
    const { id } = await campaign();
    await told(`${id}:a`, "bounced", { bounce: "hard" });
    await rows({ id: "b", ...KIM });
    const next = await campaign();
    expect([next.reached, await skipped(next.id)]).toEqual([[], { a: "suppressed", b: "suppressed" }]);
  });

  it("nor after the vendor refused it for good by its code", async () => {
    const { rows, campaign, skipped } = scene({ answer: () => ({ status: "rejected", reason: "550 5.1.1 no such user" }) });
    await rows({ id: "a", ...KIM });
    await campaign();
    const next = await campaign();
    expect([next.reached, await skipped(next.id)]).toEqual([[], { a: "suppressed" }]);
  });

  it("nor after five soft bounces in a row, and a delivery begins the count anew", async () => {
    const { rows, campaign, told } = scene();
    await rows({ id: "a", ...KIM });
    for (let times = 0; times < 4; times++) await told(`${(await campaign()).id}:a`, "bounced");
    await told(`${(await campaign()).id}:a`, "delivered");
    for (let times = 0; times < 4; times++) await told(`${(await campaign()).id}:a`, "bounced");
    const last = await campaign();
    expect(last.reached).toEqual(["a"]);
    await told(`${last.id}:a`, "bounced");
    expect((await campaign()).reached).toEqual([]);
  });

  it("is not suspected where a whole relay is blocked", async () => {
    const { rows, campaign } = scene({ answer: () => ({ status: "rejected", reason: "554 5.7.1 blocked by policy" }) });
    await rows({ id: "a", ...KIM });
    for (let times = 0; times < 6; times++) expect((await campaign()).reached).toEqual(["a"]);
  });

  it("comes in as such from another tool, and an operator lifts it", async () => {
    const { rows, campaign, step, engine } = scene();
    await rows({ id: "a", ...KIM, consent: { email: { state: "withdrawn", by: "bounced" } } });
    expect(await engine.customers.contactable("a", "email")).toMatchObject({ reason: "suppressed", suppressedBy: "bounced" });
    await step(() => engine.suppressions.lift({ ...address(), reason: "they called" }));
    expect((await campaign()).reached).toEqual(["a"]);
  });

  it("says nothing against an address that its customer has only now", async () => {
    const { rows, campaign, told } = scene();
    await rows({ id: "a", ...KIM });
    const { id } = await campaign();
    await rows({ id: "a", email: "new@example.com" });
    await told(`${id}:a`, "bounced", { bounce: "hard" });
    expect((await campaign()).reached).toEqual(["a"]);
  });
});

describe("an operator", () => {
  it("suppresses an address by hand, which no opt-in lifts", async () => {
    const { rows, single, campaign, step, engine, at } = scene();
    await rows({ id: "a", ...KIM });
    await step(() => engine.suppressions.suppress({ ...address("Kim@Example.com"), reason: "a competitor" }));
    await single({ id: "a", consent: { email: { state: "subscribed", at: at() } } });
    expect((await campaign()).reached).toEqual([]);
    expect(await engine.suppressions.find("kim@example.com")).toMatchObject([
      {
        channel: "email",
        suppressed: true,
        suppressedBy: "blocked",
        evidence: [{ kind: "blocked", reason: "a competitor" }, { kind: "confirmed" }],
      },
    ]);
    expect((await engine.suppressions.list({}, { limit: 10 })).items).toHaveLength(1);
    await step(() => engine.suppressions.lift({ ...address(), reason: "friends again" }));
    expect((await campaign()).reached).toEqual(["a"]);
    expect((await engine.suppressions.list({}, { limit: 10 })).items).toEqual([]);
  });

  it("does not lift what the person said", async () => {
    const { rows, engine } = scene();
    await rows({ id: "a", ...KIM, consent: { email: { state: "withdrawn" } } });
    const lifting = engine.suppressions.lift({ ...address(), reason: "we want to" });
    await expect(lifting).rejects.toMatchObject({ code: "conflict", message: expect.stringContaining("opt-in") });
  });

  it("names an address, and says why", async () => {
    const { engine } = scene();
    const issues = (decision: object) =>
      engine.untrusted.suppressions.suppress(decision).then(
        () => [],
        (error: { readonly details: { readonly issues: readonly { readonly path: string }[] } }) =>
          error.details.issues.map(({ path }) => path),
      );
    expect(await issues({ address: "kim", reason: "x" })).toEqual(["address"]);
    expect(await issues({ address: "kim@example.com" })).toEqual(["reason"]);
    expect(await issues({ address: "kim@example.com", reason: "x", channel: "fax" })).toEqual(["channel"]);
  });

  it("can't try a message on an address that nobody is written to at", async () => {
    const { engine, step } = scene();
    await step(() => engine.suppressions.suppress({ ...address(), reason: "no" }));
    const id = await draftToAll(engine);
    const { test } = await engine.campaigns.test(id, { to: "KIM@example.com" });
    expect(test?.results).toMatchObject([
      { to: "kim@example.com", status: "suppressed", reason: expect.stringContaining("blocked") },
    ]);
  });
});

describe("what a record that says nothing means", () => {
  it("is configured: with `none`, only who opted in is written to, and rules see nothing where nothing was said", async () => {
    const { rows, campaign, skipped, engine } = scene({ defaultConsent: "none" });
    await rows({ id: "a", ...KIM }, { id: "b", email: "b@example.com", consent: { email: { state: "subscribed" } } });
    const { id, reached } = await campaign();
    expect([reached, await skipped(id)]).toEqual([["b"], { a: "not_subscribed" }]);
    const rule = { field: "consent.email", op: "eq", value: "subscribed" } as const;
    expect((await engine.segments.estimate({ rule })).count).toBe(1);
    expect((await engine.segments.estimate({ rule: { field: "consent.email", op: "notExists" } })).count).toBe(1);
    expect((await engine.customers.get("a")).consent).toEqual({});
  });

  it("is subscribed unless configured, and is shown as nobody's word", async () => {
    const { rows, engine } = scene();
    await rows({ id: "a", ...KIM });
    const rule = { field: "consent.email", op: "eq", value: "subscribed" } as const;
    expect((await engine.segments.estimate({ rule })).count).toBe(1);
    expect((await engine.customers.get("a")).consent.email).toEqual({ state: "subscribed", by: "default" });
  });
});

describe("an order of a customer who is not there", () => {
  const order = { id: "o1", customerId: "stranger", amount: 5, placedAt: "2026-01-01" };

  it("makes one, or is rejected where that is configured", async () => {
    const making = scene();
    await making.step(() => making.engine.ingest.orders([order]));
    expect((await making.engine.customers.get("stranger")).orderCount).toBe(1);

    const { engine, step, rows } = scene({ unknownCustomers: "reject" });
    await rows({ id: "known" });
    await step(() => engine.ingest.orders([order, { ...order, id: "o2", customerId: "known" }]));
    await step(() =>
      engine.ingest.orders([{ ...order, id: "o3", customerId: undefined, customer: { id: "inline", name: "In" } }]),
    );
    const batches = (await engine.batches.list({ kind: "orders" }, { limit: 10 })).items;
    expect(
      batches.map(({ accepted, rejected, errors }) => ({ accepted, rejected, paths: errors.map(({ path }) => path) })),
    ).toEqual([
      { accepted: 1, rejected: 0, paths: [] },
      { accepted: 1, rejected: 1, paths: ["customerId"] },
    ]);
    await expect(engine.customers.get("stranger")).rejects.toMatchObject({ code: "not_found" });
  });
});

describe("how many can be reached", () => {
  it("is what a campaign then sends, and why it skips the others, on an engine with nothing else to do", async () => {
    for (const defaultConsent of ["subscribed", "none"] as const) {
      const { rows, told, campaign, step, engine, skipped } = scene({ defaultConsent });
      const opted = { consent: { email: { state: "subscribed" } } };
      await rows(
        { id: "a", ...KIM, ...opted },
        { id: "b", ...SPELT, ...opted },
        { id: "c", email: "c@example.com", ...opted },
        { id: "d", email: "d@example.com", ...opted },
        { id: "e", email: "e@example.com" },
        { id: "f", name: "No address", ...opted },
        { id: "g", email: "g@example.com", ...opted },
        { id: "h", ...SPELT },
      );
      const { id } = await campaign();
      await told(`${id}:c`, "bounced", { bounce: "hard" });
      await told(`${id}:d`, "complained");
      await rows({ id: "i", email: "C@example.com", ...opted }, { id: "j", email: "d@example.com" });
      await step(() => engine.customers.erase("g"));
      const rule = { all: [] };
      const estimate = await engine.segments.estimate({ rule, channel: "email" });
      const segment = await engine.segments.create({ name: "All", rule });
      const message = { channel: "email", subject: "Hi", body: "Hi" } as const;
      const { id: quiet } = await engine.campaigns.create({ name: "Quiet", segmentId: segment.id, message });
      const launched = await engine.campaigns.launch(quiet);
      expect(launched.estimate).toEqual({ count: 9, exact: true, reachable: estimate.reachable });
      await runCampaigns(engine);
      const reasons = Object.values(await skipped(quiet));
      const of = (reason: string) => reasons.filter((other) => other === reason).length;
      expect(estimate.reachable).toEqual({
        willBeSent: (await engine.campaigns.stats(quiet)).sent,
        unsubscribed: of("unsubscribed"),
        notSubscribed: of("not_subscribed"),
        suppressed: of("suppressed"),
        noAddress: of("no_address"),
        sharedAddress: of("duplicate_address"),
      });
      expect(estimate.reachable).toMatchObject(
        defaultConsent === "none" ? { willBeSent: 1, notSubscribed: 2, sharedAddress: 1 } : { willBeSent: 2, sharedAddress: 2 },
      );
    }
  });

  it("is not said where no channel is named, and a channel that there is none of is refused", async () => {
    const { engine } = scene();
    expect(await engine.segments.estimate({ rule: { all: [] } })).not.toHaveProperty("reachable");
    await expect(engine.untrusted.segments.estimate({ rule: { all: [] }, channel: "fax" })).rejects.toMatchObject({
      code: "invalid",
    });
  });
});

describe("no vendor call passes the gate by", () => {
  it("whatever the store says of an address after its row was claimed", async () => {
    const { rows, campaign, skipped, engine } = scene();
    await rows({ id: "a", ...KIM }, { id: "b", email: "b@example.com" });
    const { suppressions, customers } = engine.store;
    const claims: Store["claims"]["claim"] = engine.store.claims.claim;
    const hash = (await customers.get("a"))?.addressHashes.email ?? "";
    Object.assign(engine.store.claims, {
      claim: async (request: Parameters<typeof claims>[0]) => {
        const claimed = await claims(request);
        await suppressions.record([{ channel: "email", hash, kind: "complained", at: START }]);
        return claimed;
      },
    });
    const { id, reached } = await campaign();
    expect([reached, await skipped(id)]).toEqual([["b"], { a: "unsubscribed" }]);
  });
});

function address(written = KIM.email) {
  return { address: written, channel: "email" } as const;
}
