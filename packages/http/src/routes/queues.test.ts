import { memoryQueue } from "@crm-engine/core/memory";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type RunningApp, runningApp } from "../running-app.fixture.js";

let running: RunningApp;

beforeEach(async () => {
  running = await runningApp();
});
afterEach(() => running.close());

it("shows depths, lists dead letters with their reasons, and puts them back", async () => {
  const unknownMessage = { messageId: "nobody:knows~0", status: "delivered" };
  expect((await running.call("POST", "/api/receipts", unknownMessage)).status).toBe(202);
  const letters = () => running.call("GET", "/api/dead-letters?topic=receipts");
  await expect.poll(async () => (await letters()).json.items.length, { timeout: 20_000, interval: 100 }).toBe(1);
  const [letter] = (await letters()).json.items;
  expect(letter).toMatchObject({ topic: "receipts", attempts: 5, reason: expect.stringContaining("nobody:knows") });
  expect(JSON.parse(letter.body)).toMatchObject(unknownMessage);
  expect((await running.call("GET", "/api/dead-letters?topic=orders")).json.items).toEqual([]);

  const depth = async () =>
    (await running.call("GET", "/api/queues")).json.items.find(({ topic }: { topic: string }) => topic === "receipts");
  expect(await depth()).toMatchObject({ messages: 0, deadLetters: 1 });
  const replayed = await running.call("POST", "/api/dead-letters/replay", { ids: [letter.id] });
  expect(replayed).toMatchObject({ status: 200, json: { replayed: 1 } });
  expect(await depth()).toMatchObject({ messages: 1, deadLetters: 0 });
  expect((await running.call("POST", "/api/dead-letters/replay", { topic: "receipts" })).json).toEqual({ replayed: 0 });
}, 30_000);

it("discards dead letters for good, and logs how many and why", async () => {
  const queue = memoryQueue({ maxAttempts: 1 });
  const lines: unknown[] = [];
  const note = (fields: object, text: string) => void lines.push([fields, text]);
  const { call, close } = await runningApp({
    queue,
    working: false,
    logger: { debug: () => undefined, info: note, warn: note, error: note },
  });
  await queue.publish("receipts", [
    { id: "r1", body: "{}" },
    { id: "r2", body: "{}" },
  ]);
  const refusing = await queue.subscribe("receipts", () => Promise.reject(new Error("no good")), { prefetch: 10 });
  const left = async () => (await call("GET", "/api/dead-letters")).json.items.map(({ id }: { id: string }) => id);
  await expect.poll(left).toEqual(["r1", "r2"]);
  await refusing.close();

  const discarded = await call("POST", "/api/dead-letters/discard", { ids: ["r1", "r9"], reason: " a test by hand " });
  expect(discarded).toMatchObject({ status: 200, json: { discarded: 1 } });
  expect(await left()).toEqual(["r2"]);
  expect(lines).toContainEqual([
    { requestId: expect.any(String), discarded: 1, reason: "a test by hand" },
    "dead letters discarded",
  ]);
  expect((await call("POST", "/api/dead-letters/discard", { ids: ["r2"] })).json).toEqual({ discarded: 1 });
  expect((await call("POST", "/api/dead-letters/replay", { topic: "receipts" })).json).toEqual({ replayed: 0 });
  await close();
});

it.each([[{}], [{ ids: [] }], [{ topic: "orders" }], [{ ids: ["a"], reason: "" }], [{ ids: ["a"], reason: "r".repeat(501) }]])(
  "refuses to discard %j",
  async (body) => {
    expect((await running.call("POST", "/api/dead-letters/discard", body)).status).toBe(422);
  },
);

it.each([[{}], [{ ids: [] }], [{ topic: "mail" }], [{ ids: ["a"], topic: "orders" }]])("refuses to replay %j", async (body) => {
  expect((await running.call("POST", "/api/dead-letters/replay", body)).status).toBe(422);
});

it("erases a customer once, and for every reader", async () => {
  await running.call("POST", "/api/customers", [{ id: "ada", email: "ada@example.com" }]);
  await running.settle();
  const begun = await running.call("DELETE", "/api/customers/ada");
  expect([begun.status, begun.json]).toMatchObject([202, { id: "ada", status: "running", sameAddress: [] }]);
  expect((await running.call("GET", begun.json.statusUrl)).json).toMatchObject({ id: "ada", waitingFor: { uploads: true } });
  expect((await running.call("GET", "/api/erasures/nobody-ever")).status).toBe(404);
  expect((await running.call("GET", "/api/customers/ada")).status).toBe(404);
  expect((await running.call("GET", "/api/customers")).json.items).toEqual([]);
  expect((await running.call("DELETE", "/api/customers/ada")).status).toBe(204);
  expect((await running.call("DELETE", "/api/customers/nobody")).status).toBe(204);
});
