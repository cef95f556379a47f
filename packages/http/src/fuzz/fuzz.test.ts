import { setTimeout as sleep } from "node:timers/promises";
import { isOver } from "@crm-engine/core/schemas";
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type RunningApp, runningApp } from "../running-app.fixture.js";
import { type ApiDescription, type ApiRequest, type Known, requestsTo } from "./requests.fixture.js";

/** More of them, or others: FUZZ_REQUESTS=100000 FUZZ_SEED=7. */
const REQUESTS = Number(process.env.FUZZ_REQUESTS ?? 20_000);
const SEED = Number(process.env.FUZZ_SEED ?? 1);
const DEADLINE_MS = 5_000;
/** Campaigns are planned and sent in the midst of each, so that there are some in every state. */
const IN_A_ROUND = 500;

let running: RunningApp;
const unhandled: unknown[] = [];
const note = (reason: unknown) => void unhandled.push(reason);
beforeAll(async () => {
  process.on("unhandledRejection", note);
  running = await runningApp({ messageIdOf: (token) => (token === "ada" ? "k:ada" : undefined) });
});
afterAll(async () => {
  await running.close();
  process.off("unhandledRejection", note);
});

/** Some of everything, new in each round: what was there before has been changed, ended, deleted and erased. */
async function populate({ engine }: RunningApp, round: number): Promise<Known> {
  const customers = Array.from({ length: 8 }, (_, n) => `r${round}c${n}`);
  const people = customers.map((id) => ({ id, email: `${id}@example.com`, attributes: { plan: "pro" } }));
  const { batchId } = await engine.untrusted.ingest.customers([...people, { name: "nobody" }]);
  const order = { id: `r${round}o`, customerId: customers[1] ?? "", amount: 5, placedAt: "2026-01-01" };
  const orders = await engine.ingest.orders([order]);
  for (const id of [batchId, orders.batchId]) await engine.batches.completed(id);
  const segments: string[] = [];
  for (let n = 0; n < 3; n++) segments.push((await engine.segments.create({ name: "All", rule: { all: [] } })).id);
  const message = { channel: "email", subject: "Hi", body: "Hi {{ customer.name }}" } as const;
  const campaigns: string[] = [];
  for (const segmentId of [...segments, ...segments])
    campaigns.push((await engine.campaigns.create({ name: "News", segmentId, message })).id);
  const [sent = ""] = campaigns;
  await engine.campaigns.launch(sent);
  while (!isOver((await engine.campaigns.get(sent)).status)) await work(running);
  await engine.customers.erase(customers[7] ?? "");
  const maps = Array.from({ length: 4 }, (_, n) => `r${round}m${n}`);
  for (const name of maps) await engine.maps.put(name, { kind: "customers", map: { id: "No" } });
  return {
    ids: { customers, orders: [order.id], batches: [batchId], segments, campaigns, imports: maps, erasures: customers.slice(7) },
    named: {
      customerId: customers,
      segmentId: segments,
      segment: segments,
      segmentIds: segments,
      excludeSegmentIds: segments.slice(1),
      with: segments,
      path: ["/api/orders.csv", "/api/customers.csv"],
      messageId: customers.map((id) => `${sent}:${id}`),
      email: customers.map((id) => `${id}@example.com`),
      address: customers.map((id) => `${id}@example.com`),
      phone: ["+442079460000"],
      to: ["somebody@example.com"],
      from: ["News <news@example.com>", "2026-01-01"],
      replyTo: ["news@example.com"],
      at: ["2999-01-01T00:00:00Z"],
      timeZone: ["Europe/London"],
      body: ["Hi {{ customer.name }}", "{% for tag in customer.tags %}{{ tag }}{% endfor %}", "{{ customer.plan"],
    },
    others: [...customers, batchId, ...campaigns, "customers", "orders", "totalSpend", "attributes.plan"],
  };
}

/** Whether it was done. */
async function answered({ method, path, headers, body }: ApiRequest): Promise<boolean> {
  const response = await running.app.request(path, { method, headers, ...(body ? { body } : {}) });
  if (response.headers.get("content-type") === "text/event-stream") {
    await response.body?.cancel();
    return true;
  }
  const text = await response.text();
  expect(response.status, text).toBeLessThan(500);
  expect(response.headers.get("x-request-id")).toMatch(/^[\w=-]+$/);
  if (response.status < 400) return true;
  expect(response.headers.get("content-type")).toBe("application/problem+json");
  expect(JSON.parse(text)).toMatchObject({ status: response.status, code: expect.any(String), detail: expect.any(String) });
  return false;
}

async function inTime(request: ApiRequest): Promise<boolean> {
  const over = new AbortController();
  const late = sleep(DEADLINE_MS, undefined, { signal: over.signal }).then((): never => {
    throw new Error(`no answer within ${DEADLINE_MS} ms`);
  });
  late.catch(() => undefined);
  return Promise.race([answered(request), late]).finally(() => over.abort());
}

async function work({ engine }: RunningApp): Promise<void> {
  const signal = AbortSignal.timeout(2_000);
  await engine.work.plan(signal);
  await engine.work.deliver(signal);
  await engine.work.erase();
}

it("whatever is sent to any route is answered: no 5xx, no hang, nothing unhandled", { timeout: 300_000 }, async () => {
  const api = (await running.call("GET", "/openapi.json")).json as ApiDescription;
  const done = new Map<string, number>();
  for (let round = 0; round < REQUESTS / IN_A_ROUND; round++) {
    const requests = requestsTo(api, await populate(running, round));
    let asked = 0;
    const ask = async (request: ApiRequest): Promise<void> => {
      asked += 1;
      if (asked === IN_A_ROUND / 2) await work(running);
      const isDone = await inTime(request);
      done.set(request.operation, (done.get(request.operation) ?? 0) + Number(isDone));
    };
    await fc.assert(fc.asyncProperty(requests, ask), { numRuns: IN_A_ROUND, seed: SEED + round });
  }
  await work(running);
  const operations = Object.entries(api.paths).flatMap(([path, item]) =>
    Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`),
  );
  const undone = operations.filter((operation) => !done.get(operation));
  expect(undone.length, `never done: ${undone.join(", ")}`).toBeLessThanOrEqual(operations.length / 20);
  expect(unhandled).toEqual([]);
  expect({}).not.toHaveProperty("polluted");
});
