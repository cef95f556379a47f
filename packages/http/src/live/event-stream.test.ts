import { request } from "node:http";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { CrmError } from "@crm-engine/core";
import { memoryStore } from "@crm-engine/core/memory";
import type { Store } from "@crm-engine/core/ports";
import { afterEach, expect, it, vi } from "vitest";
import { type RunningApp, runningApp } from "../running-app.fixture.js";
import { serve } from "../serve.js";

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const part of open.splice(0).reverse()) await part.close();
  vi.useRealTimers();
});

interface Served extends RunningApp {
  readonly url: string;
  readonly looks: ReturnType<typeof vi.fn<Store["batches"]["get"]>>;
}

/** A server with the batch `b`, of which nothing is applied yet; its store's looks at batches are counted. */
async function served(): Promise<Served> {
  const store = memoryStore();
  const looks = vi.fn(store.batches.get);
  const running = await runningApp({ working: false, store: { ...store, batches: { ...store.batches, get: looks } } });
  await running.engine.untrusted.ingest.rows("customers", [{ row: 1, data: { id: "c" } }], { batchId: "b" });
  const server = await serve(running.app, { port: 0 });
  open.push(running, server);
  looks.mockClear();
  return { ...running, url: server.url, looks };
}

async function work({ engine }: RunningApp): Promise<void> {
  for (const { consume } of engine.work.topics) await consume({ batchSize: 1, batchWaitMs: 0, prefetch: 10 });
}

/** Reads a stream event by event. */
async function listen(url: string, lastEventId?: string) {
  const abort = new AbortController();
  const answer = await fetch(`${url}/api/batches/b/events`, {
    signal: abort.signal,
    headers: lastEventId === undefined ? {} : { "last-event-id": lastEventId },
  });
  const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  const next = async (): Promise<Record<string, string> | undefined> => {
    while (!text.includes("\n\n")) {
      const { value, done } = (await reader?.read()) ?? { done: true };
      if (done) return undefined;
      text += value;
    }
    const [block = "", ...rest] = text.split("\n\n");
    text = rest.join("\n\n");
    return Object.fromEntries(block.split("\n").map((line) => line.split(/: (.*)/s)));
  };
  return { answer, next, hangUp: () => abort.abort() };
}

it("one look at a time serves all who watch, and ends with the last of them", async () => {
  const running = await served();
  const listeners = await Promise.all(Array.from({ length: 20 }, () => listen(running.url)));
  const firsts = await Promise.all(listeners.map(({ next }) => next()));
  expect(new Set(firsts.map((first) => JSON.stringify(first))).size).toBe(1);
  expect(firsts[0]).toMatchObject({ retry: "2000", event: "progress", id: expect.any(String) });
  await sleep(1_200);
  expect(running.looks.mock.calls.length, "one at the beginning, and one each 500 ms").toBeLessThanOrEqual(4);
  await work(running);
  const lasts = await Promise.all(listeners.map(({ next }) => next()));
  for (const last of lasts) {
    expect(last?.event).toBe("done");
    expect(JSON.parse(last?.data ?? "")).toMatchObject({ status: "completed", accepted: 1 });
  }
  expect(await Promise.all(listeners.map(({ next }) => next()))).toEqual(listeners.map(() => undefined));
  running.looks.mockClear();
  await sleep(700);
  expect(running.looks).not.toHaveBeenCalled();
});

it("says by its headers what it is, and that nobody may buffer or keep it", async () => {
  const { url } = await served();
  const { answer, hangUp } = await listen(url);
  expect(Object.fromEntries(answer.headers)).toMatchObject({
    "content-type": "text/event-stream",
    "cache-control": "no-store",
    "x-accel-buffering": "no",
    "x-request-id": expect.any(String),
  });
  hangUp();
});

it("who comes back gets what came after what they saw, and nothing after done", async () => {
  const running = await served();
  const before = await listen(running.url);
  const seen = await before.next();
  before.hangUp();
  const waiting = await listen(running.url, seen?.id);
  const resumed = waiting.next();
  await expect(Promise.race([resumed, sleep(700, "nothing")])).resolves.toBe("nothing");
  await work(running);
  expect(await resumed).toMatchObject({ event: "done" });
  const late = await listen(running.url, seen?.id);
  const done = await late.next();
  expect(done, "what was missed meanwhile").toMatchObject({ event: "done", id: (await resumed)?.id });
  expect((await listen(running.url, done?.id)).answer.status).toBe(204);
  expect(await (await listen(running.url, "an id of nobody's")).next()).toMatchObject({ event: "done" });
});

it("a client that hangs up leaves nothing behind", async () => {
  const running = await served();
  const { hostname, port } = new URL(running.url);
  for (let n = 0; n < 10; n++) {
    const socket = connect(Number(port), hostname);
    socket.write("GET /api/batches/b/events HTTP/1.1\r\nHost: localhost\r\n\r\n");
    await new Promise((resolve) => socket.once("data", resolve));
    socket.destroy();
  }
  await sleep(100);
  running.looks.mockClear();
  await sleep(1_200);
  expect(running.looks).not.toHaveBeenCalled();
});

it("a client that is slow gets the latest state next, and what it missed waits nowhere", async () => {
  const running = await served();
  let count = 0;
  const stored = await running.store.batches.get("b");
  running.looks.mockImplementation(async () => stored && { ...stored, received: ++count });
  const answer = await running.app.request("/api/batches/b/events");
  const reader = answer.body?.getReader();
  const receivedIn = async () => {
    const { value } = (await reader?.read()) ?? {};
    return Number(/"received":(\d+)/.exec(new TextDecoder().decode(value))?.[1]);
  };
  expect(await receivedIn()).toBe(1);
  await expect.poll(() => count, { timeout: 5_000 }).toBeGreaterThan(4);
  expect(await receivedIn()).toBe(count);
  await reader?.cancel();
});

it("shows that the line is there while nothing happens", async () => {
  const { app } = await served();
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const reader = (await app.request("/api/batches/b/events")).body?.getReader();
  await reader?.read();
  const next = reader?.read();
  for (let n = 0; n < 31; n++) await vi.advanceTimersByTimeAsync(500);
  expect(new TextDecoder().decode((await next)?.value)).toMatch(/^:.*\n\n$/);
  await reader?.cancel();
});

it("waits for a store that is away, and ends where what is watched has gone", async () => {
  const running = await served();
  const { next } = await listen(running.url);
  await next();
  running.looks.mockRejectedValueOnce(new CrmError("unavailable", "The store is away."));
  await expect.poll(() => running.looks.mock.calls.length).toBeGreaterThan(2);
  running.looks.mockResolvedValue(undefined);
  expect(await next()).toMatchObject({ event: "error", data: '{"code":"not_found"}' });
  expect(await next()).toBeUndefined();
  await expect(listen(running.url).then(({ answer }) => answer.status)).resolves.toBe(404);
});

it("reads a running campaign's stats once for all who look, at most every 2 s", async () => {
  const store = memoryStore();
  const counts = vi.fn(store.communications.stats);
  const running = await runningApp({
    working: false,
    store: { ...store, communications: { ...store.communications, stats: counts } },
  });
  const server = await serve(running.app, { port: 0 });
  open.push(running, server);
  const { engine } = running;
  await engine.ingest.customers([{ id: "c", email: "c@example.com" }]);
  await work(running);
  await running.settle();
  const { id: segmentId } = await engine.segments.create({ name: "All", rule: { all: [] } });
  const message = { channel: "email", subject: "Hi", body: "Hi" } as const;
  const { id } = await engine.campaigns.create({ name: "C", segmentId, message });
  await engine.campaigns.launch(id);
  while ((await engine.campaigns.get(id)).status !== "running") await engine.work.plan(AbortSignal.timeout(5_000));
  counts.mockClear();
  const path = `/api/campaigns/${id}`;
  const streams = await Promise.all(
    Array.from(
      { length: 5 },
      () =>
        new Promise<{ destroy(): void }>((resolve, reject) => {
          request(`${server.url}${path}/events`, (answer) => answer.once("data", () => resolve(answer)))
            .on("error", reject)
            .end();
        }),
    ),
  );
  const answers = await Promise.all(Array.from({ length: 10 }, () => running.call("GET", `${path}/stats`)));
  await sleep(1_000);
  expect(answers.map(({ json }) => json.pending)).toEqual(answers.map(() => 1));
  expect(counts).toHaveBeenCalledTimes(1);
  await running.settle();
  expect((await running.call("GET", `${path}/stats`)).json, "what has ended is read as it is").toMatchObject({ sent: 1 });
  for (const stream of streams) stream.destroy();
});
