import type { Batch } from "@crm-engine/core";
import { expect, it } from "vitest";
import type { Fetch } from "../connection/connection.js";
import { createClient } from "../create-client.js";
import { type ServedApp, servedApp } from "../served-app.fixture.js";

const real: Fetch = (url, init) => globalThis.fetch(url, init);
const rows = [{ id: "ada" }, { name: "Nobody" }];
const isEvents = (url: string) => url.endsWith("/events");
const eventsOf = ({ requests }: ServedApp) => requests.filter(({ path }) => isEvents(path));

async function work({ engine }: ServedApp): Promise<void> {
  for (const { consume } of engine.work.topics) await consume({ batchSize: 1, batchWaitMs: 0, prefetch: 1 });
}

/** A line that is cut after the first chunk. */
function cutAfterFirst(body: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  let chunks = 0;
  return new ReadableStream({
    pull: async (controller) => {
      const { done, value } = await reader.read();
      if (done || chunks++ > 0) {
        await reader.cancel();
        controller.error(new TypeError("terminated"));
      } else controller.enqueue(value);
    },
  });
}

it("shows what happens to a batch as it happens, and takes the stream up where it was cut", async () => {
  let lines = 0;
  const fetch: Fetch = async (url, init) => {
    const response = await real(url, init);
    if (!isEvents(url) || response.body === null) return response;
    lines += 1;
    return lines === 1 ? new Response(cutAfterFirst(response.body), { headers: response.headers }) : response;
  };
  const app = await servedApp({ working: false, client: { fetch } });
  const { batchId } = await app.client.ingest.customers(rows);
  const seen: Batch[] = [];
  const completed = app.client.batches.completed(batchId, { onProgress: (batch) => void seen.push(batch) });
  await expect.poll(() => seen.length).toBe(1);
  await work(app);
  expect(await completed).toEqual(await app.engine.batches.get(batchId));
  const [first, second] = eventsOf(app);
  expect(first?.headers.has("last-event-id")).toBe(false);
  expect(second?.headers.get("last-event-id")).toMatch(/./);
  expect(seen.map(({ status }) => status)).toEqual(["processing", "completed"]);
});

it("reads the batch itself where no events get through", async () => {
  const fetch: Fetch = async (url, init) => (isEvents(url) ? new Response("<h1>No</h1>", { status: 405 }) : real(url, init));
  const app = await servedApp({ client: { fetch } });
  const { batchId } = await app.client.ingest.customers(rows);
  const seen: Batch[] = [];
  const batch = await app.client.batches.completed(batchId, { onProgress: (state) => void seen.push(state) });
  expect(batch).toMatchObject({ status: "completed", accepted: 1, rejected: 1 });
  expect(seen.at(-1)).toEqual(batch);
  expect(eventsOf(app)).toHaveLength(1);
});

it("outlives a server that goes and comes back", async () => {
  let away = 1;
  const fetch: Fetch = async (url, init) => {
    if (isEvents(url) && away-- > 0) throw new TypeError("fetch failed");
    return real(url, init);
  };
  const app = await servedApp({ client: { fetch } });
  const { batchId } = await app.client.ingest.customers(rows);
  expect(await app.client.batches.completed(batchId)).toMatchObject({ status: "completed" });
  expect(eventsOf(app)).toHaveLength(2);
});

it("shows a campaign, until it is over", async () => {
  const app = await servedApp();
  const { client, engine, settle } = app;
  await client.ingest.customers([{ id: "ada", email: "ada@example.com" }]);
  await settle();
  const rule = { field: "email", op: "exists" } as const;
  const segment = await client.segments.create({ name: "With an address", rule });
  const message = { channel: "email", subject: "Hi", body: "Hi" } as const;
  const { id } = await client.campaigns.create({ name: "Hi", segmentId: segment.id, message });
  await client.campaigns.launch(id);
  const seen: string[] = [];
  const completed = client.campaigns.completed(id, { onProgress: ({ status }) => void seen.push(status) });
  await expect.poll(() => seen.length).toBeGreaterThan(0);
  await settle();
  expect(await completed).toEqual(await engine.campaigns.get(id));
  expect([seen[0], seen.at(-1)]).toEqual(["planning", "completed"]);
});

it("ends with the signal, with the client, and with whoever throws at what is shown", async () => {
  const app = await servedApp({ working: false });
  const { batchId } = await app.client.ingest.customers(rows);
  const why = new Error("enough");
  const given = new AbortController();
  const options = { signal: given.signal, onProgress: () => given.abort(why) };
  await expect(app.client.batches.completed(batchId, options)).rejects.toBe(why);
  await expect(app.client.batches.completed(batchId, { signal: AbortSignal.abort(why) })).rejects.toBe(why);
  const thrower = () => {
    throw why;
  };
  await expect(app.client.batches.completed(batchId, { onProgress: thrower })).rejects.toBe(why);
  const client = createClient({ url: app.url });
  const closed = client.batches.completed(batchId, { onProgress: () => void client.close() });
  await expect(closed).rejects.toMatchObject({ code: "closed" });
});
