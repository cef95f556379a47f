import { gzipSync } from "node:zlib";
import { memoryStore } from "@crm-engine/core/memory";
import type { Fates } from "@crm-engine/core/ports";
import { expect, it } from "vitest";
import { runningApp } from "../running-app.fixture.js";

it("a small body of very many bad rows is counted exactly, and errors.csv says what it leaves out", async () => {
  // As with 200,000, in less time.
  const store = memoryStore();
  const record = (fates: readonly Fates[]) => store.batches.record(fates, 10_000);
  const running = await runningApp({ store: { ...store, batches: { ...store.batches, record } } });
  const body = gzipSync("x\n".repeat(50_000));
  const headers = { "content-type": "application/x-ndjson", "content-encoding": "gzip" };
  const { json } = await running.call("POST", "/api/customers", body, headers);
  await running.settle();
  const batch = await running.call("GET", json.statusUrl);
  expect(batch.json).toMatchObject({ status: "completed", received: 50_000, accepted: 0, rejected: 50_000 });
  expect(batch.json.errors).toHaveLength(100);
  const lines = (await running.call("GET", `${json.statusUrl}/errors.csv`)).text.trimEnd().split("\r\n");
  expect(lines).toHaveLength(1 + 10_000 + 1);
  expect(lines[1]).toBe("1,1,,the row is not valid JSON");
  expect(lines.at(-1)).toMatch(/^,,,"?40000 more rows were rejected/);
  await running.close();
});

it("errors.csv of an upload with few bad rows holds those and nothing else", async () => {
  const running = await runningApp();
  const { json } = await running.call("POST", "/api/customers", [{ id: "a" }, 7, { id: "b" }]);
  await running.settle();
  const { text } = await running.call("GET", `${json.statusUrl}/errors.csv`);
  expect(text.trimEnd().split("\r\n")).toHaveLength(2);
  await running.close();
});
