import { request } from "node:http";
import { connect } from "node:net";
import { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { memoryStore } from "@crm-engine/core/memory";
import type { Store } from "@crm-engine/core/ports";
import { afterEach, expect, it } from "vitest";
import { type RunningApp, runningApp } from "./running-app.fixture.js";
import { type RunningServer, serve } from "./serve.js";

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const part of open.splice(0).reverse()) await part.close();
});

async function started(
  options: Parameters<typeof runningApp>[0] = {},
): Promise<RunningApp & { readonly server: RunningServer; readonly url: string }> {
  const running = await runningApp(options);
  const server = await serve(running.app, { port: 0 });
  open.push(running, server);
  return { ...running, server, url: server.url };
}

function streamed(
  url: string,
  chunks: Iterable<Uint8Array | string> | AsyncIterable<Uint8Array | string>,
  headers: Record<string, string>,
) {
  return fetch(url, { method: "POST", headers, body: Readable.toWeb(Readable.from(chunks)), duplex: "half" } as RequestInit);
}

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

/** Bytes in use, not merely waiting to be collected. */
function liveBytes(): number {
  collectGarbage();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

const NDJSON = { "content-type": "application/x-ndjson" };

it("takes a stream with a 100 MB line: one rejected row, its neighbours stored, memory flat", async () => {
  const { url, settle } = await started();
  const chunk = Buffer.alloc(2 ** 16, "x");
  const before = liveBytes();
  let peak = 0;
  function* upload(): Generator<Uint8Array> {
    yield Buffer.from('{"id":"before"}\n{"id":"');
    for (let sent = 0; sent < 1_600; sent++) {
      if (sent % 400 === 0) peak = Math.max(peak, liveBytes() - before);
      yield chunk;
    }
    yield Buffer.from('"}\n{"id":"after"}\n');
  }
  const answer = await streamed(`${url}/api/customers`, upload(), NDJSON);
  expect(answer.status).toBe(202);
  const { statusUrl } = (await answer.json()) as { statusUrl: string };
  await settle();
  const batch = await (await fetch(url + statusUrl)).json();
  expect(batch).toMatchObject({ status: "completed", received: 3, accepted: 2, rejected: 1, errors: [{ row: 2, path: "" }] });
  for (const id of ["before", "after"]) expect((await fetch(`${url}/api/customers/${id}`)).status).toBe(200);
  expect(peak).toBeLessThan(48 * 2 ** 20);
});

it("refuses a 100 MB JSON body with a 413 that the client gets to read", async () => {
  const { url } = await started();
  const chunk = Buffer.alloc(2 ** 20, " ");
  const chunks = [Buffer.from("["), ...Array.from({ length: 100 }, () => chunk), Buffer.from("]")];
  const chunked = await streamed(`${url}/api/customers`, chunks, { "content-type": "application/json" });
  expect(chunked.status).toBe(413);
  expect(await chunked.json()).toMatchObject({ status: 413, title: "Too large" });
  const whole = await fetch(`${url}/api/segments`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: Buffer.concat(chunks),
  });
  expect(whole.status).toBe(413);
});

it("ends an upload past its limit with a 413 that says what was read, and applies that", async () => {
  const { url, settle } = await started({ maxStreamBytes: 10_000 });
  const rows = Array.from({ length: 40 }, (_, index) => `{"id":"limit-${index}","name":"${"n".repeat(300)}"}\n`);
  const answer = await streamed(`${url}/api/customers`, rows, NDJSON);
  expect(answer.status).toBe(413);
  const { batchId, rowsRead } = (await answer.json()) as { batchId: string; rowsRead: number };
  expect(rowsRead).toBeGreaterThan(20);
  await settle();
  const batch = await (await fetch(`${url}/api/batches/${batchId}`)).json();
  expect(batch).toMatchObject({ status: "completed", truncated: true, received: rowsRead, accepted: rowsRead });
});

it("applies what came of an upload that the client broke off", async () => {
  const { url, engine, settle } = await started();
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  const head =
    "POST /api/customers HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-ndjson\r\nContent-Length: 1000\r\n\r\n";
  socket.write(`${head}{"id":"cut-1"}\n{"id":"cut-2"}\n{"id":"cu`);
  await expect.poll(async () => (await engine.batches.list({}, { limit: 1 })).items.length).toBe(1);
  socket.destroy();
  await expect
    .poll(async () => (await engine.batches.list({}, { limit: 1 })).items[0])
    .toMatchObject({ truncated: true, received: 2 });
  await settle();
  expect((await engine.customers.get("cut-2")).id).toBe("cut-2");
  await expect(engine.customers.get("cu")).rejects.toMatchObject({ code: "not_found" });
});

it("answers 503, soon, when the queue is gone half-way", async () => {
  const { url, queue } = await started({ working: false });
  async function* upload(): AsyncGenerator<string> {
    for (let index = 0; index < 1000; index++) yield `{"id":"half-${index}"}\n`;
    await queue.close();
    for (let index = 1000; index < 3000; index++) yield `{"id":"half-${index}"}\n`;
  }
  const startedAt = Date.now();
  const answer = await streamed(`${url}/api/customers`, upload(), NDJSON);
  expect(answer.status).toBe(503);
  expect(answer.headers.get("retry-after")).toMatch(/^\d+$/);
  expect(await answer.json()).toMatchObject({ batchId: expect.any(String), rowsRead: expect.any(Number) });
  expect(Date.now() - startedAt).toBeLessThan(4_000);
});

it("streams a batch's and a campaign's progress until they are done", async () => {
  const { url, engine, settle } = await started();
  const { batchId } = await engine.ingest.customers([{ id: "e1", email: "e1@example.com" }, { name: "nobody" }]);
  const batch = await fetch(`${url}/api/batches/${batchId}/events`);
  expect(batch.headers.get("content-type")).toBe("text/event-stream");
  const batchEvents = eventsOf(await batch.text());
  expect(batchEvents.at(-1)).toMatchObject({ event: "done", data: { status: "completed", accepted: 1, rejected: 1 } });

  const segment = await engine.segments.create({ name: "All", rule: { all: [] } });
  const campaign = await engine.campaigns.create({
    name: "C",
    segmentId: segment.id,
    message: { channel: "email", subject: "Hello", body: "Hi" },
  });
  const events = await fetch(`${url}/api/campaigns/${campaign.id}/events`);
  await engine.campaigns.launch(campaign.id);
  await settle();
  const seen = eventsOf(await events.text());
  expect(seen[0]).toMatchObject({ event: "progress", data: { status: expect.stringMatching(/draft|planning/) } });
  expect(seen.at(-1)).toMatchObject({ event: "done", data: { status: "completed", stats: { total: 1, sent: 1 } } });
  expect((await fetch(`${url}/api/batches/none/events`)).status).toBe(404);
});

it("ends event streams and finishes requests when it closes, and then takes no more", async () => {
  const { url, engine, server } = await started();
  const segment = await engine.segments.create({ name: "All", rule: { all: [] } });
  const campaign = await engine.campaigns.create({
    name: "C",
    segmentId: segment.id,
    message: { channel: "email", subject: "Hello", body: "Hi" },
  });
  const events = await fetch(`${url}/api/campaigns/${campaign.id}/events`);
  let finish = (): void => undefined;
  const slow = fetch(`${url}/api/customers`, {
    method: "POST",
    headers: NDJSON,
    duplex: "half",
    body: new ReadableStream({
      start: (controller) => {
        controller.enqueue(Buffer.from('{"id":"slow-1"}\n'));
        finish = () => {
          controller.enqueue(Buffer.from('{"id":"slow-2"}\n'));
          controller.close();
        };
      },
    }),
  } as RequestInit);
  await expect.poll(async () => (await engine.batches.list({}, { limit: 1 })).items.length).toBe(1);
  const startedAt = Date.now();
  const closed = server.close();
  await events.text();
  finish();
  expect(await (await slow).json()).toMatchObject({ received: 2 });
  await closed;
  expect(Date.now() - startedAt).toBeLessThan(2_000);
  await expect(fetch(`${url}/healthz`)).rejects.toThrow();
});

it("breaks the connection when a download fails half-way, so that half a file passes for none", async () => {
  const { url, engine, store } = await started();
  const segment = await engine.segments.create({ name: "All", rule: { all: [] } });
  const rows = Array.from({ length: 3_500 }, (_, index) => ({
    id: `d-${index}`,
    attributes: { a: "n".repeat(4_000), b: "n".repeat(4_000) },
  }));
  const { batchId } = await engine.ingest.customers(rows);
  await engine.batches.completed(batchId);
  const outcome = await new Promise<string>((resolve, reject) => {
    request(`${url}/api/segments/${segment.id}/customers.csv`, (answer) => {
      answer.once("data", () => {
        answer.pause();
        void store.close().then(() => answer.resume());
      });
      answer.on("end", () => resolve("ended"));
      answer.on("error", () => resolve("broken"));
      answer.on("aborted", () => resolve("broken"));
    })
      .on("error", reject)
      .end();
  });
  expect(outcome).toBe("broken");
});

it("does not listen where it should not, or can't, and says which setting is wrong", async () => {
  const { app, server } = await started();
  for (const host of ["0.0.0.0", "::", "192.168.1.1", "example.com"]) {
    await expect(serve(app, { host, port: 0 })).rejects.toMatchObject({ code: "invalid", details: { variable: "HOST" } });
  }
  const port = Number(new URL(server.url).port);
  await expect(serve(app, { port })).rejects.toMatchObject({
    code: "invalid",
    message: expect.stringContaining(String(port)),
    details: { variable: "PORT" },
  });
  const keyed = await runningApp({ apiKey: "k" });
  const everywhere = await serve(keyed.app, { host: "0.0.0.0", port: 0 });
  open.push(keyed, everywhere);
  expect((await fetch(`${everywhere.url.replace("0.0.0.0", "127.0.0.1")}/healthz`)).status).toBe(200);
});

interface ServerEvent {
  readonly event: string | undefined;
  readonly data: unknown;
}

function eventsOf(text: string): readonly ServerEvent[] {
  return text
    .trim()
    .split("\n\n")
    .map((block) => ({
      event: /^event: (.*)$/m.exec(block)?.[1],
      data: JSON.parse(/^data: (.*)$/m.exec(block)?.[1] ?? "null") as unknown,
    }));
}

it("stops an estimate's query when the client goes away, and goes on serving", async () => {
  const store = memoryStore();
  let [begin, stop] = [(): void => {}, (): void => {}];
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  const stopped = new Promise<void>((resolve) => {
    stop = resolve;
  });
  const customers: Store["customers"] = {
    ...store.customers,
    preview: (_, __, ___, { signal } = {}) =>
      new Promise<never>((_, reject) => {
        signal?.addEventListener("abort", () => {
          stop();
          reject(signal.reason);
        });
        begin();
      }),
  };
  const { url } = await started({ store: { ...store, customers } });
  const controller = new AbortController();
  const estimate = fetch(`${url}/api/segments/estimate`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ rule: { all: [] } }),
    signal: controller.signal,
  });
  await begun;
  controller.abort();
  await expect(estimate).rejects.toThrow();
  // Before it would be stopped for taking too long.
  await Promise.race([stopped, sleep(1_500).then(() => expect.unreachable("the query goes on"))]);
  expect((await fetch(`${url}/healthz`)).status).toBe(200);
});
