import { setTimeout as sleep } from "node:timers/promises";
import { memoryStore } from "@crm-engine/core/memory";
import { Hono } from "hono";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import type { AppEnv } from "../app-env.js";
import { type RunningApp, runningApp } from "../running-app.fixture.js";
import { endBodyOfHead } from "./head.js";

const store = memoryStore();
const looks = vi.fn(store.batches.get);
const pages = vi.fn(store.batches.rejections);
let running: RunningApp;
beforeAll(async () => {
  running = await runningApp({
    working: false,
    store: { ...store, batches: { ...store.batches, get: looks, rejections: pages } },
  });
  await running.engine.untrusted.ingest.rows("customers", [{ row: 1, data: { id: "c" } }], { batchId: "b" });
});
afterAll(() => running.close());

it("HEAD of an event stream answers as GET would, and looks no further", async () => {
  looks.mockClear();
  const { status, headers, text } = await running.call("HEAD", "/api/batches/b/events");
  expect([status, headers.get("content-type"), text]).toEqual([200, "text/event-stream", ""]);
  await sleep(700);
  expect(looks).toHaveBeenCalledTimes(1);
  expect((await running.call("HEAD", "/api/batches/none/events")).status).toBe(404);
});

it("HEAD of a download reads no more than its first page", async () => {
  pages.mockImplementation(async (_, { cursor }) => ({
    items: [{ row: 1, path: "id", message: "is wrong" }],
    nextCursor: `${cursor ?? ""}x`,
  }));
  const { status, headers } = await running.call("HEAD", "/api/batches/b/errors.csv");
  expect([status, headers.get("content-type")]).toEqual([200, "text/csv; charset=utf-8"]);
  await sleep(50);
  expect(pages).toHaveBeenCalledTimes(1);
});

it("HEAD of whatever streams ends the stream", async () => {
  const cancel = vi.fn();
  const app = new Hono<AppEnv>();
  app.use(endBodyOfHead);
  app.get("/file", (c) => c.body(new ReadableStream({ cancel }), 200, { "Content-Type": "text/plain" }));
  const { status, headers, body } = await app.request("/file", { method: "HEAD" });
  expect([status, headers.get("content-type"), body]).toEqual([200, "text/plain", null]);
  expect(cancel).toHaveBeenCalledTimes(1);
});
