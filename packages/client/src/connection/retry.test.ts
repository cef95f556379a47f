import { hasCode } from "@crm-engine/core";
import { describe, expect, it } from "vitest";
import { createClient } from "../create-client.js";
import { RemoteError } from "../remote-error.js";
import { type ServedApp, servedApp } from "../served-app.fixture.js";
import type { Fetch } from "./connection.js";

const real: Fetch = (url, init) => globalThis.fetch(url, init);
const rows = [{ id: "ada", email: "ada@example.com" }];
const rule = { field: "totalSpend", op: "gte", value: 10 } as const;

type Loss = () => Response;
const answer =
  (status: number, headers: Record<string, string> = {}): Loss =>
  () =>
    new Response("<h1>Busy</h1>", { status, headers });
const cut: Loss = () => {
  throw new TypeError("fetch failed", { cause: new Error("socket hang up") });
};

/** The worst that can be: the server does what it is asked, and its answers are lost, as many as there are losses. */
function losing(...losses: readonly Loss[]): Fetch {
  const left = [...losses];
  return async (url, init) => {
    const loss = left.shift();
    const response = await real(url, init);
    if (!loss) return response;
    await response.arrayBuffer();
    return loss();
  };
}

const keysOf = ({ requests }: ServedApp) => requests.map(({ headers }) => headers.get("idempotency-key"));

describe("what is safe to repeat", () => {
  it.each([
    ["a cut line", cut],
    ["429", answer(429)],
    ["502", answer(502)],
    ["503", answer(503)],
    ["504", answer(504)],
  ])("is repeated after %s, under one key, so that it is done once", async (_, loss) => {
    const app = await servedApp({ client: { fetch: losing(loss, loss) } });
    const accepted = await app.client.ingest.customers(rows);
    expect((await app.engine.batches.list({}, { limit: 10 })).items).toMatchObject([{ id: accepted.batchId, received: 1 }]);
    const keys = keysOf(app);
    expect(keys).toHaveLength(3);
    expect(new Set(keys).size).toBe(1);
    await app.client.ingest.customers(rows);
    expect(new Set(keysOf(app)).size).toBe(2);
  });

  it("is every write whose route takes a key", async () => {
    const app = await servedApp({ client: { fetch: losing(cut) } });
    const { client, engine } = app;
    const segment = await client.segments.create({ name: "Spenders", rule });
    const message = { channel: "email", subject: "Hi", body: "Hi" } as const;
    const draft = await client.campaigns.create({ name: "Draft", segmentId: segment.id, message });
    await client.campaigns.clone(draft.id);
    await client.receipts.accept([{ messageId: "m", status: "sent" }]);
    await client.ingest.stream("orders", "", { contentType: "text/csv" }).catch(() => undefined);
    expect((await engine.segments.list({ limit: 10 })).items).toHaveLength(1);
    expect(new Set(keysOf(app)).has(null)).toBe(false);
  });

  it("waits while the server is still at the first try", async () => {
    const busy = new Response(JSON.stringify({ code: "conflict", detail: "still running" }), {
      status: 409,
      headers: { "content-type": "application/problem+json" },
    });
    const app = await servedApp({ client: { fetch: losing(cut, () => busy) } });
    expect(await app.client.ingest.customers(rows)).toMatchObject({ received: 1 });
  });

  it("is left alone for as long as the server asks, and never tried more often than was said", async () => {
    const app = await servedApp({ client: { fetch: losing(answer(503, { "retry-after": "1" })), retries: 1 } });
    const startedAt = performance.now();
    expect((await app.client.customers.list({ limit: 1 })).items).toEqual([]);
    expect(performance.now() - startedAt).toBeGreaterThan(1_000);

    const down = await servedApp({ client: { fetch: losing(cut, cut, cut, cut), retries: 2 } });
    await expect(down.client.customers.list({ limit: 1 })).rejects.toMatchObject({ code: "unavailable", status: undefined });
    expect(down.requests).toHaveLength(3);

    const patient = await servedApp({ client: { fetch: losing(answer(503, { "retry-after": "3600" })) } });
    await expect(patient.client.customers.list({ limit: 1 })).rejects.toMatchObject({ status: 503, retryAfterMs: 3_600_000 });
  });

  it("is deleting, and a second try that finds nothing has what it wanted", async () => {
    const app = await servedApp({ client: { fetch: losing() } });
    const { id } = await app.client.segments.create({ name: "Spenders", rule });
    const lossy = createClient({ url: app.url, fetch: losing(cut) });
    expect(await lossy.segments.delete(id)).toBeUndefined();
    await expect(lossy.segments.delete(id)).rejects.toMatchObject({ code: "not_found" });
  });
});

describe("what is not safe to repeat", () => {
  it("is tried once: a move, a message, a change that depends on a version, a stream", async () => {
    const app = await servedApp();
    const { id, version } = await app.client.segments.create({ name: "Spenders", rule });
    const lossy = (use: (client: ReturnType<typeof createClient>) => Promise<unknown>) =>
      use(createClient({ url: app.url, fetch: losing(cut) }));
    await expect(lossy((client) => client.campaigns.launch("nobody"))).rejects.toMatchObject({ code: "unavailable" });
    const change = { name: "Newer", rule };
    await expect(lossy((client) => client.segments.update(id, change, { ifVersion: version }))).rejects.toMatchObject({
      code: "unavailable",
    });
    async function* csv() {
      yield new TextEncoder().encode("id\nada\n");
    }
    const upload = lossy((client) => client.ingest.stream("customers", csv(), { fileName: "people.csv" }));
    await expect(upload).rejects.toMatchObject({ code: "unavailable" });
  });
});

describe("signals", () => {
  it("end calls and pauses with their reason, those of a client all of its calls", async () => {
    const { url } = await servedApp();
    const why = new Error("enough");
    const slow = { url, fetch: losing(answer(503, { "retry-after": "30" }), answer(503, { "retry-after": "30" })) };
    const given = new AbortController();
    const waiting = createClient(slow).orders.totals({}, { signal: given.signal });
    setTimeout(() => given.abort(why), 50);
    await expect(waiting).rejects.toBe(why);

    const all = new AbortController();
    const client = createClient({ ...slow, fetch: losing(answer(503, { "retry-after": "30" })), signal: all.signal });
    const listing = client.customers.list({ limit: 1 });
    setTimeout(() => all.abort(why), 50);
    await expect(listing).rejects.toBe(why);
    await expect(client.customers.get("ada")).rejects.toBe(why);
  });

  it("are not needed to close: what is under way ends as closed", async () => {
    const { url } = await servedApp();
    const client = createClient({ url, fetch: losing(answer(503, { "retry-after": "30" })) });
    const listing = client.customers.list({ limit: 1 });
    setTimeout(() => void client.close(), 50);
    await expect(listing).rejects.toMatchObject({ code: "closed" });
  });

  it("are not needed where a server never answers", async () => {
    const fetch: Fetch = (_, { signal }) =>
      new Promise((_, reject) => signal?.addEventListener("abort", () => reject(signal.reason)));
    const client = createClient({ url: "http://127.0.0.1:1", fetch, timeoutMs: 20, retries: 1 });
    const error = await client.customers.get("ada").catch((error: unknown) => error);
    expect(hasCode(error, "unavailable")).toBe(true);
    expect(error).toMatchObject({ message: "http://127.0.0.1:1/api/customers/ada does not answer: nothing came for 20 ms" });
  });
});

it("says which server does not answer, and why", async () => {
  const error = await createClient({ url: "http://127.0.0.1:1/", retries: 0 })
    .customers.find({ email: "ada@example.com" }, { limit: 1 })
    .catch((error: unknown) => error);
  expect(error).toBeInstanceOf(RemoteError);
  expect(error).toMatchObject({
    code: "unavailable",
    details: { url: "http://127.0.0.1:1/api/customers" },
    cause: expect.any(Error),
  });
  expect(String(error)).not.toContain("ada");
});
