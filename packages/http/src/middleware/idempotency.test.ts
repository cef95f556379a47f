import { CrmError } from "@crm-engine/core";
import { memoryStore } from "@crm-engine/core/memory";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type RunningApp, runningApp } from "../running-app.fixture.js";

let running: RunningApp;
let call: RunningApp["call"];
beforeAll(async () => {
  running = await runningApp();
  call = running.call;
});
afterAll(() => running.close());

const keyed = (key: string, type = "application/json") => ({ "idempotency-key": key, "content-type": type });
const NDJSON = "application/x-ndjson";

async function batchCount(): Promise<number> {
  await running.settle();
  return (await call("GET", "/api/batches?limit=1000")).json.items.length;
}

it("answers a repeat with the first answer, and queues nothing again", async () => {
  for (const [key, body, type] of [
    ["json", JSON.stringify({ id: "i1" }), "application/json"],
    ["array", JSON.stringify([{ id: "i2" }]), "application/json"],
    ["stream", '{"id":"i3"}\n{"id":"i4"}\n', NDJSON],
  ] as const) {
    const first = await call("POST", "/api/customers", body, keyed(key, type));
    expect(first.status, first.text).toBe(202);
    const batches = await batchCount();
    const again = await call("POST", "/api/customers", body, keyed(key, type));
    expect(again.status).toBe(202);
    expect(again.json).toEqual(first.json);
    expect(again.headers.get("idempotent-replayed")).toBe("true");
    expect(await batchCount()).toBe(batches);
  }
});

it("refuses the key with another body, and knows it apart on another route", async () => {
  const body = '{"id":"o1","customerId":"c","amount":1,"placedAt":"2024-01-01"}\n';
  expect((await call("POST", "/api/orders", body, keyed("k", NDJSON))).status).toBe(202);
  expect((await call("POST", "/api/orders", body.replace("o1", "o2"), keyed("k", NDJSON))).status).toBe(422);
  expect((await call("POST", "/api/orders", body, keyed("k"))).status).toBe(422);
  expect((await call("POST", "/api/customers", '{"id":"c"}', keyed("k"))).status).toBe(202);
  expect((await call("POST", "/api/customers", "{}", { "idempotency-key": "not visible\u00e9" })).status).toBe(400);
});

it("refuses a repeat while the first still runs", async () => {
  let finish = (): void => undefined;
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => {
      controller.enqueue(Buffer.from('{"id":"slow"}\n'));
      finish = () => controller.close();
    },
  });
  const init = { method: "POST", headers: keyed("slow", NDJSON), body, duplex: "half" } as RequestInit;
  const first = running.app.request("/api/customers", init);
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect((await call("POST", "/api/customers", '{"id":"slow"}\n', keyed("slow", NDJSON))).status).toBe(409);
  finish();
  expect((await first).status).toBe(202);
  expect((await call("POST", "/api/customers", '{"id":"slow"}\n', keyed("slow", NDJSON))).status).toBe(202);
});

it("keeps nothing of what failed, so that the key can be used again at once", async () => {
  expect((await call("POST", "/api/customers", "id,id\n", keyed("fix", "text/csv"))).status).toBe(400);
  expect((await call("POST", "/api/customers", "id\n1\n", keyed("fix", "text/csv"))).status).toBe(202);
});

it("saves one segment for one key", async () => {
  const segment = { name: "Once", rule: { all: [] } };
  const first = await call("POST", "/api/segments", segment, keyed("seg"));
  expect(first.status).toBe(201);
  const again = await call("POST", "/api/segments", segment, keyed("seg"));
  expect([again.status, again.json]).toEqual([201, first.json]);
  expect((await call("GET", "/api/segments")).json.items).toHaveLength(1);
  expect((await call("POST", "/api/segments", { ...segment, name: "Other" }, keyed("seg"))).status).toBe(422);
});

it("makes the same batch where a key is taken over from a process that died before it answered, and another after a day", async () => {
  let now = Date.now();
  const store = memoryStore({ now: () => now });
  const gone = () => Promise.reject(new CrmError("unavailable", "The process is gone."));
  const dying = await runningApp({ store: { ...store, idempotency: { ...store.idempotency, finish: gone, abandon: gone } } });
  const survivor = await runningApp({ store });
  const post = (app: RunningApp) => app.call("POST", "/api/customers", '{"id":"r"}\n', keyed("retaken", NDJSON));
  expect((await post(dying)).status).toBe(503);
  expect((await post(survivor)).status).toBe(409);
  now += 31_000;
  const taken = await post(survivor);
  expect(taken.status).toBe(202);
  expect((await survivor.call("GET", "/api/batches")).json.items.map(({ id }: { id: string }) => id)).toEqual([
    taken.json.batchId,
  ]);
  now += 25 * 60 * 60 * 1000;
  const anew = await post(survivor);
  expect(anew.status).toBe(202);
  expect(anew.json.batchId).not.toBe(taken.json.batchId);
  await dying.close();
});
