import { describe, expect, it } from "vitest";
import { type Answer, draftToAll, engineWith, people, recordingSender, runCampaigns } from "../../engine.fixture.js";
import { memoryQueue, memoryStore } from "../../memory/index.js";
import type { Sender } from "../../ports/sender.js";

const never = new AbortController().signal;
const MINUTE_MS = 60_000;
const START = 1_700_000_000_000;

interface Given {
  /** By customer; the rest have an address of their own. */
  readonly addresses?: readonly string[];
  readonly count?: number;
  readonly batchSize?: number;
  readonly retryMinutes?: number;
}

/** A planned campaign to some people, on a clock that the test moves. */
async function planned(answer: Answer, sender: Partial<Sender>, { addresses = [], count = 2, ...options }: Given = {}) {
  const time = { now: START };
  const clock = () => time.now;
  const store = memoryStore({ now: clock });
  const vendor = recordingSender(answer, sender);
  const rows = people(count).map((person, index) => ({ ...person, ...(addresses[index] ? { email: addresses[index] } : {}) }));
  const engine = await engineWith(rows, vendor, { store, clock, queue: memoryQueue(), ...options });
  const id = await draftToAll(engine);
  await engine.campaigns.launch(id);
  await engine.work.plan(never);
  const change = async (emails: Readonly<Record<string, string>>): Promise<void> => {
    time.now += 1;
    await engine.ingest.customers(Object.entries(emails).map(([customer, email]) => ({ id: customer, email })));
    await engine.workOff();
  };
  /** Works on, minute by minute. */
  const pass = async (minutes: number): Promise<void> => {
    for (let minute = 0; minute < minutes; minute++) {
      time.now += MINUTE_MS;
      await engine.work.sweep();
      await runCampaigns(engine);
    }
  };
  /** A worker claims this many rows, goes so far, and dies. */
  const die = async (limit: number, reserve?: readonly string[]): Promise<void> => {
    const claims = await store.claims.claim({ campaignId: id, limit, leaseMs: 15_000 });
    const asked = claims.map(({ id: row, epoch }, index) => ({ id: row, epoch, addressHash: reserve?.[index] ?? "" }));
    if (reserve) await store.claims.reserveAddresses(id, asked);
    time.now += 15_001;
    await engine.work.sweep();
  };
  const sentTo = () => vendor.calls.flat().map(({ customerId, to }) => `${customerId} ${to}`);
  const row = (customer: string) => store.communications.get(`${id}:${customer}`);
  return { time, store, engine, id, vendor, change, pass, die, sentTo, row };
}

/** What a vendor says of each customer at its calls, in turn; the last for ever. */
function saying(answers: Readonly<Record<string, readonly (ReturnType<Answer> | Error)[]>>): Answer {
  const calls = new Map<string, number>();
  return ({ customerId }) => {
    const call = calls.get(customerId) ?? 0;
    calls.set(customerId, call + 1);
    const told = answers[customerId] ?? [{ status: "accepted" }];
    const answer = told[Math.min(call, told.length - 1)];
    if (answer instanceof Error) throw answer;
    return answer;
  };
}

const RETRY = { status: "retry", reason: "busy" } as const;
const ACCEPTED = { status: "accepted" } as const;
const HUNG_UP = new Error("socket hang up");

describe("two people who swap their addresses between two attempts", () => {
  const SWAP = { p0000: "p1@example.com", p0001: "p0@example.com" };
  const BOTH = ["p0000 p1@example.com", "p0001 p0@example.com"];

  it.each([
    ["in one batch", 100, 1_000, 1_000],
    ["one by one", 1, 1_000, 1_000],
    ["the first one first", 1, 1_000, 9_000],
    ["the other one first", 1, 9_000, 1_000],
  ])("both get the message: %s", async (_, batchSize, first, second) => {
    const retry = (retryAfterMs: number) => [{ ...RETRY, retryAfterMs }, ACCEPTED];
    const vendor = saying({ p0000: retry(first), p0001: retry(second) });
    const { engine, id, change, pass, sentTo } = await planned(vendor, {}, { batchSize });
    await runCampaigns(engine);
    await change(SWAP);
    await pass(2);
    expect(await engine.campaigns.stats(id)).toMatchObject({ sent: 2, skipped: 0, pending: 0 });
    expect(sentTo().slice(2).sort()).toEqual(BOTH);
    expect(await engine.campaigns.get(id)).toMatchObject({ status: "completed" });
  });

  it.each([1, 2])("both get the message where workers die before, between and after: %i rows at a time", async (limit) => {
    const vendor = saying({ p0000: [RETRY, ACCEPTED], p0001: [RETRY, ACCEPTED] });
    const { time, engine, id, change, pass, die, sentTo } = await planned(vendor, {}, { batchSize: limit });
    await die(limit);
    await runCampaigns(engine);
    time.now += MINUTE_MS;
    await die(limit);
    await change(SWAP);
    await die(limit);
    await engine.work.deliver(never);
    await die(limit);
    await pass(2);
    expect(await engine.campaigns.stats(id)).toMatchObject({ sent: 2, skipped: 0, pending: 0 });
    expect(sentTo().slice(2).sort()).toEqual(BOTH);
  });

  it("are both unknown where nobody knows of the first attempt", async () => {
    const { engine, id, change, pass, sentTo, row } = await planned(() => Promise.reject(HUNG_UP), {});
    await runCampaigns(engine);
    await change(SWAP);
    await pass(2);
    expect(await engine.campaigns.stats(id)).toMatchObject({ unknown: 2, pending: 0 });
    expect(await row("p0000")).toMatchObject({ status: "unknown", reason: "address_changed", to: "p0@example.com" });
    expect(sentTo()).toHaveLength(2);
  });

  it("are both unknown, too, where a worker died in the call", async () => {
    const { time, store, engine, id, change, pass, sentTo } = await planned(() => ACCEPTED, {});
    const claims = await store.claims.claim({ campaignId: id, limit: 9, leaseMs: 15_000 });
    const calls = claims.map(({ id: row, epoch, customerId }) => ({ id: row, epoch, to: `p${customerId.at(-1)}@example.com` }));
    await store.claims.beginCalls(calls, 1_000);
    time.now += 15_001;
    await engine.work.sweep();
    await change(SWAP);
    await pass(1);
    expect(await engine.campaigns.stats(id)).toMatchObject({ unknown: 2 });
    expect(sentTo()).toEqual([]);
  });
});

describe("of two people with one address", () => {
  const addresses = ["one@example.com", "one@example.com"];

  it("the second gets the message where the first was refused", async () => {
    const vendor = saying({ p0000: [{ status: "rejected", reason: "no such box" }] });
    const { engine, id, sentTo } = await planned(vendor, {}, { addresses });
    await runCampaigns(engine);
    expect(await engine.campaigns.stats(id)).toMatchObject({ failed: 1, sent: 1, skipped: 0 });
    expect(sentTo()).toEqual(["p0000 one@example.com", "p0001 one@example.com"]);
    expect(await engine.campaigns.get(id)).toMatchObject({ status: "completed" });
  });

  it("the second waits while the first is put off, which is no attempt, and is a duplicate once that was sent", async () => {
    const vendor = saying({ p0000: [RETRY, RETRY, RETRY, ACCEPTED] });
    const { time, engine, id, pass, sentTo, row } = await planned(vendor, {}, { addresses });
    await runCampaigns(engine);
    expect((await engine.campaigns.stats(id)).waiting.reasons).toEqual({ busy: 1, address_in_use: 1 });
    const waiting = await row("p0001");
    expect(waiting).toMatchObject({ status: "pending", attempts: 0 });
    expect(waiting?.dueAt).toBeLessThanOrEqual(time.now + 5_000);
    await pass(4);
    expect(await engine.campaigns.stats(id)).toMatchObject({ sent: 1, skippedBy: { duplicate_address: 1 } });
    expect(sentTo()).toEqual(Array.from({ length: 4 }, () => "p0000 one@example.com"));
    expect(await engine.campaigns.get(id)).toMatchObject({ status: "completed" });
  });

  it("the second waits while nobody knows of the first, and is a duplicate where that is left unknown", async () => {
    const vendor = saying({ p0000: [HUNG_UP] });
    const { engine, id, pass, row } = await planned(vendor, { remembersKeysMs: 3 * MINUTE_MS }, { addresses });
    await pass(2);
    expect(await row("p0001")).toMatchObject({ status: "pending", reason: "address_in_use", attempts: 0 });
    await pass(2);
    expect(await row("p0000")).toMatchObject({ status: "unknown", reason: "key_forgotten" });
    expect(await engine.campaigns.stats(id)).toMatchObject({ unknown: 1, skippedBy: { duplicate_address: 1 } });
  });

  it.each(["withdrawn", "moved", "cancelled"] as const)("the second does not hang where the first is %s", async (how) => {
    const { engine, id, change, pass, sentTo } = await planned(saying({ p0000: [RETRY, ACCEPTED] }), {}, { addresses });
    await runCampaigns(engine);
    if (how === "moved") await change({ p0000: "two@example.com" });
    if (how === "cancelled") await engine.campaigns.cancel(id);
    if (how === "withdrawn") {
      const withdrawal = { customerId: "p0000", channel: "email", by: "unsubscribed", at: START } as const;
      await engine.store.customers.withdrawConsent([withdrawal]);
    }
    await pass(2);
    expect(await engine.campaigns.stats(id)).toMatchObject({ pending: 0, claimed: 0 });
    const second = {
      withdrawn: ["p0001 one@example.com"],
      moved: ["p0000 two@example.com", "p0001 one@example.com"],
      cancelled: [],
    };
    expect(sentTo().slice(1).sort()).toEqual(second[how]);
  });
});

it("waiting for an address is no deferral by the vendor", async () => {
  const vendor = saying({ p0000: [{ ...RETRY, retryAfterMs: MINUTE_MS }], p0001: [RETRY] });
  const { engine, change, pass, row } = await planned(vendor, {}, { retryMinutes: 10 });
  await pass(1);
  await change({ p0000: "p1@example.com" });
  await pass(9);
  expect(await row("p0000")).toMatchObject({ status: "pending", reason: "address_in_use", attempts: 1 });
  // Delays grow to 15 minutes, and a row is given up when it is tried after its time.
  for (let minutes = 0; minutes < 30 && (await row("p0001"))?.status !== "failed"; minutes++) await pass(1);
  expect(await row("p0001")).toMatchObject({ status: "failed", reason: "deferred_too_long" });
  await pass(2);
  expect(await row("p0000")).toMatchObject({ status: "pending", reason: "busy", to: "p1@example.com" });
  expect(await engine.campaigns.list({ limit: 1 })).toMatchObject({ items: [{ status: "running" }] });
});

it("people who move between two calls of one claim leave the addresses that they had in it to others", async () => {
  const moves = [{ p0001: "new@example.com", p0002: "p1@example.com" }];
  const answer: Answer = async () => {
    const move = moves.pop();
    if (move) await world.change(move);
    return ACCEPTED;
  };
  const world = await planned(answer, { maxBatchBytes: 1 }, { count: 3 });
  await world.pass(2);
  expect(await world.engine.campaigns.stats(world.id)).toMatchObject({ sent: 3, skipped: 0 });
  expect(world.sentTo().sort()).toEqual(["p0000 p0@example.com", "p0001 new@example.com", "p0002 p1@example.com"]);
});

describe("a call of which nobody knows", () => {
  it("is made again while its key is remembered, and not after", async () => {
    const { engine, id, pass, sentTo, row } = await planned(
      saying({ p0000: [HUNG_UP] }),
      { remembersKeysMs: 5 * MINUTE_MS },
      { count: 1 },
    );
    await pass(4);
    const calls = sentTo().length;
    expect(calls).toBeGreaterThan(2);
    await pass(60);
    expect(sentTo().length).toBeLessThanOrEqual(calls + 1);
    expect(await row("p0000")).toMatchObject({ status: "unknown", reason: "key_forgotten" });
    expect(await engine.campaigns.get(id)).toMatchObject({ status: "completed" });
  });

  it("is over once the vendor says that it has nothing under the key, or once it is accepted", async () => {
    const vendor = saying({ p0000: [HUNG_UP, { ...RETRY, retryAfterMs: 10 * MINUTE_MS }, ACCEPTED] });
    const { pass, row } = await planned(vendor, { remembersKeysMs: 5 * MINUTE_MS }, { count: 1 });
    await pass(2);
    expect(await row("p0000")).not.toHaveProperty("handedOverAt");
    await pass(12);
    expect(await row("p0000")).toMatchObject({ status: "sent", attempts: 3 });
  });
});
