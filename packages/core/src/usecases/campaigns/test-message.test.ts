import { expect, it } from "vitest";
import { type Answer, draftToAll, loseSegment, memoryEngine, people, recordingSender } from "../../engine.fixture.js";
import { CrmError } from "../../errors.js";
import type { Sender } from "../../ports/sender.js";

async function draftWith(sender: Sender | undefined, more: object = {}, rows: readonly object[] = people(2)) {
  const engine = memoryEngine({ ...(sender ? { sender } : {}), ...more });
  await engine.ingest.customers(rows);
  await engine.workOff();
  return { engine, id: await draftToAll(engine) };
}

const TO = "me@example.com";
const answering = (answer: Answer) => draftWith(recordingSender(answer));

it("sends what the first of the audience would get, outside the ledger, and leaves the campaign alone", async () => {
  const sender = recordingSender();
  const { engine, id } = await draftWith(sender, { unsubscribeUrl: (messageId: string) => `https://u/${messageId}` });
  const before = await engine.campaigns.get(id);
  const { test, ...campaign } = await engine.campaigns.test(id, { to: " Me@Example.com " });
  expect(campaign).toEqual(before);
  expect(test).toEqual({ customerId: "p0000", missing: [], results: [{ to: TO, status: "accepted" }] });
  const [message] = sender.calls.flat();
  expect(message).toMatchObject({ campaignId: id, to: TO, subject: "Hello", body: "Hi Person 0", channel: "email" });
  expect(message?.id).toMatch(/^test:[0-9a-f-]{36}$/);
  expect(message?.unsubscribeUrl).toBe(`https://u/${message?.id}`);
  expect(await engine.campaigns.stats(id)).toMatchObject({ total: 0 });
});

it("goes to somebody without a name where nobody is in the audience, or the segment is gone", async () => {
  const sender = recordingSender();
  const { engine, id } = await draftWith(sender, {}, []);
  await engine.campaigns.test(id, { to: TO });
  await loseSegment(engine, id);
  await engine.campaigns.test(id, { to: TO });
  expect(sender.calls.flat().map(({ body }) => body)).toEqual(["Hi ", "Hi "]);
  expect((await engine.campaigns.test(id, { to: TO })).test).toMatchObject({ missing: ["customer.name"] });
});

it("is refused for an address that the channel doesn't have, and sends nothing", async () => {
  const sender = recordingSender();
  const { engine, id } = await draftWith(sender);
  const { segmentId = "" } = await engine.campaigns.get(id);
  const texting = await engine.campaigns.create({ name: "SMS", segmentId, message: { channel: "sms", body: "Hi" } });
  for (const [campaignId, to] of [
    [id, "nobody"],
    [id, "+441234567"],
    [id, ""],
    [id, "a@b.c\r\nBcc: all@example.com"],
    [texting.id, TO],
  ] as const) {
    await expect(engine.campaigns.test(campaignId, { to })).rejects.toMatchObject({
      code: "invalid",
      details: { issues: [{ path: "to" }] },
    });
  }
  expect(sender.calls).toEqual([]);
  await engine.campaigns.test(texting.id, { to: "+441234567" });
  expect(sender.calls.flat()).toMatchObject([{ channel: "sms", to: "+441234567" }]);
});

it("goes to each of several addresses once, as who was chosen, and says what the vendor said of each", async () => {
  const sender = recordingSender(
    ({ to }) =>
      to.startsWith("bad")
        ? { status: "rejected", reason: `550 <${to}> unknown` }
        : { status: "accepted", vendorMessageId: "v1" },
    { maxBatch: 2 },
  );
  const { engine, id } = await draftWith(sender);
  await engine.suppressions.suppress({ address: "gone@example.com", reason: "asked" });
  await engine.workOff();
  const to = ["a@example.com", "bad@example.com", "gone@example.com", " A@example.com", "c@example.com"];
  expect((await engine.campaigns.test(id, { to, customerId: "p0001" })).test).toEqual({
    customerId: "p0001",
    missing: [],
    results: [
      { to: "a@example.com", status: "accepted", vendorMessageId: "v1" },
      { to: "bad@example.com", status: "rejected", reason: "550 [hidden] unknown" },
      { to: "gone@example.com", status: "suppressed", reason: expect.stringContaining("blocked") },
      { to: "c@example.com", status: "accepted", vendorMessageId: "v1" },
    ],
  });
  expect(sender.calls.map((call) => call.map(({ to, body }) => [to, body]))).toEqual([
    [
      ["a@example.com", "Hi Person 1"],
      ["bad@example.com", "Hi Person 1"],
    ],
    [["c@example.com", "Hi Person 1"]],
  ]);
});

it("is refused for more than ten addresses, for one of several that is none, and for a customer who is not there", async () => {
  const sender = recordingSender();
  const { engine, id } = await draftWith(sender);
  for (const to of [[], Array.from({ length: 11 }, (_, index) => `a${index}@example.com`), [TO, "nobody"]]) {
    await expect(engine.campaigns.test(id, { to })).rejects.toMatchObject({ code: "invalid" });
  }
  await expect(engine.campaigns.test(id, { to: [TO, "nobody"] })).rejects.toMatchObject({
    details: { issues: [{ path: "to.1" }] },
  });
  await expect(engine.campaigns.test(id, { to: TO, customerId: "ghost" })).rejects.toMatchObject({ code: "not_found" });
  expect(sender.calls).toEqual([]);
});

it.each<[string, Answer, object]>([
  [
    "asks to try again",
    () => ({ status: "retry", reason: "busy", retryAfterMs: 2_000 }),
    { status: "retry", reason: "busy", retryAfterMs: 2_000 },
  ],
  ["answers nothing", () => undefined, { status: "unknown" }],
  ["is away", () => Promise.reject(new CrmError("unavailable", `no way to ${TO}`)), { status: "retry" }],
  ["breaks the call", () => Promise.reject(new Error(`cut while sending to ${TO}`)), { status: "unknown" }],
])("says so where the vendor %s, without the address", async (_, answer, said) => {
  const { engine, id } = await answering(answer);
  const { test } = await engine.campaigns.test(id, { to: TO });
  expect(test?.results).toMatchObject([{ to: TO, ...said }]);
  expect(test?.results[0]?.reason).not.toContain(TO);
});

it("does not wait longer than a call may take", async () => {
  const { engine, id } = await draftWith(recordingSender(() => new Promise<undefined>(() => undefined), { timeoutMs: 20 }));
  expect((await engine.campaigns.test(id, { to: [TO, "b@example.com"] })).test?.results).toMatchObject([
    { status: "unknown" },
    { status: "unknown" },
  ]);
});

it("needs a sender", async () => {
  const { engine, id } = await draftWith(undefined);
  await expect(engine.campaigns.test(id, { to: TO })).rejects.toMatchObject({ code: "invalid" });
});

it("has receipts that are done with at once, and decide nothing", async () => {
  const sender = recordingSender();
  const { engine, id } = await draftWith(sender);
  await engine.campaigns.test(id, { to: TO });
  const messageId = sender.calls.flat()[0]?.id ?? "";
  await engine.receipts.accept([
    { messageId, status: "delivered" },
    { messageId, status: "unsubscribed" },
  ]);
  await engine.workOff();
  expect(await engine.queues.depths()).toContainEqual(
    expect.objectContaining({ topic: "receipts", messages: 0, deadLetters: 0 }),
  );
  expect((await engine.customers.get("p0000")).consent.email?.state).toBe("subscribed");
});
