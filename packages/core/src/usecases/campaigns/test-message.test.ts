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
  expect(await engine.campaigns.test(id, { to: " Me@Example.com " })).toEqual(before);
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
});

it("is refused for an address that the channel doesn't have, and sends nothing", async () => {
  const sender = recordingSender();
  const { engine, id } = await draftWith(sender);
  const { segmentId } = await engine.campaigns.get(id);
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

it("says why the vendor rejected it, without the address", async () => {
  const { engine, id } = await answering(({ to }) => ({ status: "rejected", reason: `550 <${to}> unknown` }));
  const error = await engine.campaigns.test(id, { to: TO }).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: "invalid", message: expect.stringContaining("550 [hidden] unknown") });
});

it.each<[string, Answer]>([
  ["asks to try again", () => ({ status: "retry", reason: "busy", retryAfterMs: 2_000 })],
  ["answers nothing", () => undefined],
  ["breaks the call", () => Promise.reject(new CrmError("unavailable", `cut while sending to ${TO}`))],
])("is unavailable where the vendor %s", async (_, answer) => {
  const { engine, id } = await answering(answer);
  const error = await engine.campaigns.test(id, { to: TO }).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: "unavailable" });
  expect(String((error as Error).message)).not.toContain(TO);
});

it("does not wait longer than a call may take", async () => {
  const { engine, id } = await draftWith(recordingSender(() => new Promise<undefined>(() => undefined), { timeoutMs: 20 }));
  await expect(engine.campaigns.test(id, { to: TO })).rejects.toMatchObject({ code: "unavailable" });
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
