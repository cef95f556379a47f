import type { Engine } from "@crm-engine/core";
import { expect, expectTypeOf, it } from "vitest";
import type { Client, RemoteClient } from "./client.js";
import { pages } from "./pages.js";
import { type ServedApp, servedApp } from "./served-app.fixture.js";

type NamesOf<T> = {
  [F in keyof T & string]: T[F] extends (...given: never[]) => unknown ? F : `${F}.${keyof T[F] & string}`;
}[keyof T & string];
type Method = NamesOf<RemoteClient>;

interface Scene extends ServedApp {
  readonly segment: string;
  readonly campaign: string;
  readonly batch: string;
}

const page = { limit: 2 };
const rule = { field: "totalSpend", op: "gte", value: 10 } as const;
const message = { channel: "email", subject: "Hi", body: "Hi {{ customer.name }}" } as const;

/** Reads are the same by the engine and by the client; so is what comes of writes, but for ids and times. */
const same = async (ofClient: Promise<unknown>, ofEngine: unknown) => expect(await ofClient).toEqual(await ofEngine);
/** But for when they are of. */
const sameFigures = async <T extends { readonly asOf: string }>(ofClient: Promise<T>, ofEngine: () => Promise<T>) => {
  const withoutTime = (figures: T) => JSON.parse(JSON.stringify(figures), (name, value) => (name === "asOf" ? "" : value));
  expect(withoutTime(await ofClient)).toEqual(withoutTime(await ofEngine()));
};
const draft = (client: Client, segmentId: string) => client.campaigns.create({ name: "Draft", segmentId, message });

const CALLS: Readonly<Record<Method, (scene: Scene) => Promise<unknown>>> = {
  "ingest.customers": async ({ client, engine, settle }) => {
    const accepted = await client.ingest.customers([{ id: "cy", email: "cy@example.com" }, { name: "Nobody" }]);
    expect(accepted).toEqual({ batchId: expect.any(String), received: 2 });
    await settle();
    expect(await engine.batches.get(accepted.batchId)).toMatchObject({ accepted: 1, rejected: 1, errors: [{ row: 2 }] });
  },
  "ingest.orders": async ({ client, engine, settle }) => {
    const order = { id: "o3", customerId: "cy", amount: "5.00", placedAt: "2026-03-01T00:00:00Z" };
    expect(await client.ingest.orders([order])).toEqual({ batchId: expect.any(String), received: 1 });
    await settle();
    expect(await engine.orders.get("o3")).toMatchObject({ customerId: "cy", amount: 5 });
  },
  "ingest.stream": async ({ client, engine, settle }) => {
    const file = new File(["id,email\ndi,di@example.com\n"], "people.csv");
    expect(await client.ingest.stream("customers", file)).toEqual({ batchId: expect.any(String), received: 1 });
    await settle();
    expect(await engine.customers.get("di")).toMatchObject({ email: "di@example.com" });
  },
  "ingest.dryRun": async ({ client, engine }) => {
    const file = new File(["id,email\ned,ed@example.com\nfay,nobody\n"], "people.csv");
    expect(await client.ingest.dryRun("customers", file)).toEqual({
      ...{ received: 2, added: 1, changed: 0, unchanged: 0, rejected: 1, suppressed: 0 },
      errors: [expect.objectContaining({ row: 2, path: "email" })],
    });
    await expect(engine.customers.get("ed")).rejects.toMatchObject({ code: "not_found" });
  },
  "ingest.preview": async ({ client, engine }) => {
    const file = new File(["id;email;size\ngus;gus@example.com;7\n"], "people.csv");
    expect(
      await client.ingest.preview("customers", file, { map: { id: "id", email: "email", "attributes.size": "size" } }),
    ).toMatchObject({
      delimiter: ";",
      columns: [{ field: "id" }, { field: "email" }, { field: "attributes.size", type: "number", examples: ["7"] }],
      rows: [{ row: 1, line: 2, record: { id: "gus", email: "gus@example.com" } }],
      errors: [],
    });
    await expect(engine.customers.get("gus")).rejects.toMatchObject({ code: "not_found" });
  },
  "batches.get": ({ client, engine, batch }) => same(client.batches.get(batch), engine.batches.get(batch)),
  "batches.list": ({ client, engine }) =>
    same(client.batches.list({ kind: "customers" }, page), engine.batches.list({ kind: "customers" }, page)),
  "batches.completed": ({ client, engine, batch }) => same(client.batches.completed(batch), engine.batches.completed(batch)),
  "batches.errorsCsv": async ({ client, batch }) => {
    expect(await textOf(client.batches.errorsCsv(batch))).toMatch(/^row,line,path,message\r\n3,3,id,/);
  },
  "maps.put": async ({ client, engine }) => {
    const input = { kind: "customers", map: { id: "No" } } as const;
    const stored = await client.maps.put("our shop", input);
    expect(stored).toEqual(await engine.maps.get("our shop"));
    await client.maps.put("another", input);
  },
  "maps.get": ({ client, engine }) => same(client.maps.get("our shop"), engine.maps.get("our shop")),
  "maps.list": ({ client, engine }) => same(client.maps.list(page), engine.maps.list(page)),
  "maps.delete": async ({ client, engine }) => {
    await client.maps.delete("another", { ifVersion: 1 });
    await expect(engine.maps.get("another")).rejects.toMatchObject({ code: "not_found" });
  },
  "maps.presets": async ({ client }) => {
    expect(await client.maps.presets()).toContainEqual(expect.objectContaining({ name: "stripe-charges", kind: "orders" }));
  },
  "customers.get": ({ client, engine }) => same(client.customers.get("ada"), engine.customers.get("ada")),
  "customers.list": async ({ client, engine }) => {
    const ofClient = await collected(pages((request) => client.customers.list(request), page));
    expect(ofClient).toEqual(await collected(pages((request) => engine.customers.list(request))));
    expect(ofClient.length).toBeGreaterThan(page.limit);
  },
  "customers.find": async ({ client, engine }) => {
    const address = { phone: "+44 20 7946 0958" };
    const found = await client.customers.find(address, page);
    expect(found.items).toMatchObject([{ id: "ada" }]);
    expect(found).toEqual(await engine.customers.find(address, page));
  },
  "customers.search": ({ client, engine }) => same(client.customers.search("ad", page), engine.customers.search("ad", page)),
  "customers.timeline": async ({ client, engine }) => {
    await same(client.customers.timeline("ada", page), engine.customers.timeline("ada", page));
    const orders = { kinds: ["order"] } as const;
    await same(client.customers.timeline("ada", page, orders), engine.customers.timeline("ada", page, orders));
  },
  "customers.contactable": ({ client, engine }) =>
    same(client.customers.contactable("ada", "email"), engine.customers.contactable("ada", "email")),
  "customers.erase": async ({ client, engine }) => {
    const begun = await client.customers.erase("ben");
    expect(begun).toEqual({ ...(await engine.customers.erasure("ben")), sameAddress: [] });
    expect(await client.customers.erase("ben")).toBeUndefined();
  },
  "customers.erasure": ({ client, engine }) => same(client.customers.erasure("ben"), engine.customers.erasure("ben")),
  "suppressions.suppress": async ({ client, engine, settle }) => {
    expect(await client.suppressions.suppress({ address: "spam@example.com", reason: "asked to" })).toBeUndefined();
    await settle();
    expect((await engine.suppressions.find("spam@example.com"))[0]).toMatchObject({ suppressedBy: "blocked" });
  },
  "suppressions.list": ({ client, engine }) =>
    same(client.suppressions.list({ channel: "email" }, page), engine.suppressions.list({ channel: "email" }, page)),
  "suppressions.find": async ({ client, engine }) => {
    const found = await client.suppressions.find("spam@example.com");
    expect(found).toHaveLength(1);
    expect(found).toEqual(await engine.suppressions.find("spam@example.com"));
  },
  "suppressions.lift": async ({ client, engine, settle }) => {
    expect(await client.suppressions.lift({ address: "spam@example.com", reason: "a mistake" })).toBeUndefined();
    await settle();
    expect((await engine.suppressions.find("spam@example.com"))[0]).toMatchObject({ suppressed: false });
  },
  "orders.get": ({ client, engine }) => same(client.orders.get("o/1"), engine.orders.get("o/1")),
  "orders.list": ({ client, engine }) =>
    same(client.orders.list({ customerId: "ada" }, page), engine.orders.list({ customerId: "ada" }, page)),
  "orders.totals": ({ client, engine }) =>
    same(client.orders.totals({ type: "purchase" }), engine.orders.totals({ type: "purchase" })),
  "orders.analytics": ({ client, engine }) =>
    sameFigures(client.orders.analytics({ from: "2026-01-01", to: "2026-02-01", by: "week" }), () =>
      engine.orders.analytics({ from: "2026-01-01", to: "2026-02-01", by: "week" }),
    ),
  "orders.csv": async ({ client }) => {
    const csv = await textOf(client.orders.csv({ type: "refund" }));
    expect(csv.trim().split("\r\n")).toHaveLength(2);
    expect(csv).toContain("o2");
  },
  "customers.csv": async ({ client }) => {
    expect(await textOf(client.customers.csv())).toMatch(/^id,.*\r\nada,/);
  },
  dashboard: ({ client, engine }) => sameFigures(client.dashboard({ days: 7 }), () => engine.dashboard({ days: 7 })),
  "downloads.linkTo": async ({ client, call }) => {
    const link = new URL(await client.downloads.linkTo("/api/orders.csv?type=refund"), "http://127.0.0.1");
    expect((await call("GET", link.pathname)).text).toContain("o2");
  },
  "segments.create": async ({ client, engine }) => {
    const made = await client.segments.create({ name: "New", rule });
    expect(made).toEqual(await engine.segments.get(made.id));
  },
  "segments.get": ({ client, engine, segment }) => same(client.segments.get(segment), engine.segments.get(segment)),
  "segments.list": ({ client, engine }) => same(client.segments.list(page), engine.segments.list(page)),
  "segments.update": async ({ client, engine }) => {
    const made = await client.segments.create({ name: "Old", rule });
    const changed = await client.segments.update(made.id, { name: "Newer", rule }, { ifVersion: made.version });
    expect(changed).toEqual(await engine.segments.get(made.id));
    await expect(client.segments.update(made.id, { name: "Late", rule }, { ifVersion: [made.version] })).rejects.toMatchObject({
      code: "stale",
      details: { current: changed, version: changed.version },
    });
    await expect(client.segments.update(made.id, { name: "Late", rule }, { ifVersion: [] })).rejects.toMatchObject({
      code: "stale",
    });
  },
  "segments.delete": async ({ client, engine }) => {
    const { id, version } = await client.segments.create({ name: "Short-lived", rule });
    expect(await client.segments.delete(id, { ifVersion: version })).toBeUndefined();
    await expect(engine.segments.get(id)).rejects.toMatchObject({ code: "not_found" });
  },
  "segments.estimate": async ({ client }) => {
    const estimate = await client.segments.estimate({ rule, channel: "email" });
    expect(estimate).toMatchObject({ count: 1, exact: true, sample: [{ id: "ada" }], reachable: { willBeSent: 1 } });
  },
  "segments.analytics": async ({ client, engine, segment }) => {
    const other = await client.segments.create({ name: "Others", rule: { not: rule } });
    const query = { with: other.id, asOf: "2026-06-01T00:00:00Z" };
    const analytics = await client.segments.analytics(segment, query);
    expect(analytics).toMatchObject({ asOf: "2026-06-01T00:00:00.000Z", overlap: { segment: 1, both: 0 } });
    expect(analytics).toEqual(await engine.segments.analytics(segment, query));
    await sameFigures(client.segments.analytics(segment), () => engine.segments.analytics(segment));
  },
  "segments.members": async ({ client, engine, segment }) => {
    const members = await client.segments.members(segment, page, { asOf: "2026-06-01T00:00:00Z" });
    expect(members.items).toMatchObject([{ id: "ada" }]);
    expect(members).toEqual(await engine.segments.members(segment, page, { asOf: "2026-06-01T00:00:00Z" }));
  },
  "segments.membersCsv": async ({ client, segment }) => {
    expect(await textOf(client.segments.membersCsv(segment))).toMatch(/^id,email,.*\r\nada,/);
  },
  "segments.explain": async ({ client, engine }) => {
    const request = { rule, customerId: "ada", asOf: "2026-06-01T00:00:00Z" };
    await same(client.segments.explain(request), engine.segments.explain(request));
  },
  "segments.fields": ({ client, engine }) => same(client.segments.fields(), engine.segments.fields()),
  "campaigns.create": async ({ client, engine, segment }) => {
    const made = await draft(client, segment);
    expect(made).toEqual(await engine.campaigns.get(made.id));
  },
  "campaigns.get": ({ client, engine, campaign }) => same(client.campaigns.get(campaign), engine.campaigns.get(campaign)),
  "campaigns.list": async ({ client, engine }) => {
    await same(client.campaigns.list(page), engine.campaigns.list(page));
    const filter = { search: "done", status: "completed", archived: false } as const;
    const found = await client.campaigns.list(page, filter);
    expect(found.items).toHaveLength(1);
    expect(found).toEqual(await engine.campaigns.list(page, filter));
  },
  "campaigns.update": async ({ client, engine, segment }) => {
    const { id, version } = await draft(client, segment);
    const changed = await client.campaigns.update(id, { name: "Renamed" }, { ifVersion: version });
    expect(changed).toMatchObject({ name: "Renamed" });
    expect(changed).toEqual(await engine.campaigns.get(id));
  },
  "campaigns.delete": async ({ client, engine, segment }) => {
    const { id } = await draft(client, segment);
    expect(await client.campaigns.delete(id)).toBeUndefined();
    await expect(engine.campaigns.get(id)).rejects.toMatchObject({ code: "not_found" });
  },
  "campaigns.clone": async ({ client, campaign }) => {
    expect(await client.campaigns.clone(campaign)).toMatchObject({ status: "draft", message });
  },
  "campaigns.archive": async ({ client, segment }) => {
    const { id } = await draft(client, segment);
    expect(await client.campaigns.archive(id)).toMatchObject({ archived: true });
    expect(await client.campaigns.archive(id, { archived: false })).toMatchObject({ archived: false });
  },
  "campaigns.launch": async ({ client, segment, settle }) => {
    const { id } = await draft(client, segment);
    expect(await client.campaigns.launch(id)).toMatchObject({ id, status: "planning", estimate: { count: 1 } });
    await settle();
  },
  "campaigns.schedule": async ({ client, segment }) => {
    const { id } = await draft(client, segment);
    const scheduled = await client.campaigns.schedule(id, { at: "2099-01-01T09:00:00", timeZone: "Europe/London" });
    expect(scheduled).toMatchObject({ status: "scheduled" });
  },
  "campaigns.unschedule": async ({ client, segment }) => {
    const { id } = await draft(client, segment);
    await client.campaigns.schedule(id, { at: "2099-01-01T09:00:00Z" });
    expect(await client.campaigns.unschedule(id)).toMatchObject({ status: "draft" });
  },
  "campaigns.pause": async ({ client, segment }) => {
    const { id } = await draft(client, segment);
    await client.campaigns.launch(id);
    expect(await client.campaigns.pause(id)).toMatchObject({ status: "paused" });
    await client.campaigns.cancel(id);
  },
  "campaigns.resume": async ({ client, segment, settle }) => {
    const { id } = await draft(client, segment);
    await client.campaigns.launch(id);
    await client.campaigns.pause(id);
    expect(await client.campaigns.resume(id)).toMatchObject({ status: "planning" });
    await settle();
  },
  "campaigns.cancel": async ({ client, segment }) => {
    const { id } = await draft(client, segment);
    await expect(client.campaigns.pause(id)).rejects.toMatchObject({
      code: "conflict",
      details: { status: "draft", allowed: expect.arrayContaining(["launch"]) },
    });
    await client.campaigns.launch(id);
    expect(["cancelling", "cancelled"]).toContain((await client.campaigns.cancel(id)).status);
  },
  "campaigns.retryFailed": ({ client, campaign }) =>
    expect(client.campaigns.retryFailed(campaign, { reason: "nothing" })).rejects.toMatchObject({ code: "conflict" }),
  "campaigns.resolveUnknown": async ({ client, campaign }) => {
    expect(await client.campaigns.resolveUnknown(campaign, { action: "skip" })).toMatchObject({ id: campaign });
  },
  "campaigns.preview": ({ client, engine, campaign }) =>
    same(client.campaigns.preview(campaign, { customerId: "ada" }), engine.campaigns.preview(campaign, { customerId: "ada" })),
  "campaigns.test": async ({ client, segment }) => {
    const { id } = await draft(client, segment);
    const tested = await client.campaigns.test(id, { to: "me@example.com", customerId: "ada" });
    expect(tested).toMatchObject({ id, test: { results: [{ status: "accepted" }] } });
  },
  "campaigns.completed": ({ client, engine, campaign }) =>
    same(client.campaigns.completed(campaign), engine.campaigns.completed(campaign)),
  "campaigns.stats": ({ client, engine, campaign }) => same(client.campaigns.stats(campaign), engine.campaigns.stats(campaign)),
  "campaigns.report": ({ client, engine, campaign }) =>
    sameFigures(client.campaigns.report(campaign, { windowDays: 3 }), () => engine.campaigns.report(campaign, { windowDays: 3 })),
  "campaigns.log": async ({ client, engine, campaign }) => {
    await same(client.campaigns.log({ campaignId: campaign }, page), engine.campaigns.log({ campaignId: campaign }, page));
    const named = { campaignId: campaign, names: true };
    await same(client.campaigns.log(named, page), engine.campaigns.log(named, page));
    const found = await client.campaigns.log({ campaignId: campaign, search: "ad" }, page);
    expect(found.items).toMatchObject([{ customerId: "ada" }]);
    await same(client.campaigns.log({ customerId: "ada" }, page), engine.campaigns.log({ customerId: "ada" }, page));
  },
  "campaigns.logCsv": async ({ client, campaign }) => {
    expect(await textOf(client.campaigns.logCsv(campaign, { status: "sent" }))).toMatch(/^id,campaignId,.*\r\n/);
  },
  "receipts.accept": async ({ client, campaign, engine, settle }) => {
    const receipts = [{ messageId: `${campaign}:ada`, status: "opened" } as const, { messageId: "", status: "sent" } as const];
    expect(await client.receipts.accept(receipts)).toMatchObject({ received: 1, rejected: [{ index: 1, path: "messageId" }] });
    await settle();
    expect(await engine.campaigns.stats(campaign)).toMatchObject({ opened: 1 });
  },
  "queues.depths": ({ client, engine }) => same(client.queues.depths(), engine.queues.depths()),
  "queues.deadLetters": ({ client, engine }) =>
    same(client.queues.deadLetters({ topic: "receipts" }, page), engine.queues.deadLetters({ topic: "receipts" }, page)),
  "queues.replay": async ({ client }) => expect(await client.queues.replay({ topic: "orders" })).toBe(0),
  "queues.discard": async ({ client }) => expect(await client.queues.discard({ ids: ["nothing"], reason: "none" })).toBe(0),
  "health.workers": ({ client, engine }) => same(client.health.workers(), engine.health.workers()),
  "health.vendor": ({ client, engine }) => same(client.health.vendor(), engine.health.vendor()),
  "health.findings": ({ client, engine }) => same(client.health.findings(), engine.health.findings()),
  ready: ({ client, engine }) => same(client.ready(), engine.ready()),
  close: async ({ client, engine }) => {
    await client.close();
    await client.close();
    await expect(client.customers.get("ada")).rejects.toMatchObject({ code: "closed" });
    expect(await engine.customers.get("ada")).toMatchObject({ id: "ada" });
  },
};

/** A route that no method asks, and why. */
const ROUTES_WITHOUT_A_METHOD = {
  "PUT /api/receipts": "POST does the same; PUT is for vendors that know nothing else",
  "GET /downloads/{token}": "a browser opens it",
  "GET /healthz": "says that a process answers, which an answer of any other says too",
};

/** What an engine has and its API doesn't. */
type WithoutRoute = Exclude<keyof Engine, keyof Client> | Exclude<NamesOf<Pick<Engine, keyof Client>>, Method>;
const METHODS_WITHOUT_A_ROUTE: Readonly<Record<WithoutRoute, string>> = {
  "batches.rejections": "the API has them as a file: errorsCsv",
  "segments.describe": "a saved segment has its description; describe of core words a rule without a server",
  downloads: "the server's own: downloads.linkTo makes a link of the API's",
  untrusted: "for JSON that no compiler has seen: the API takes that at every door",
  context: "the server's own",
  idempotency: "the server's own",
  recount: "crm recount, where the store is",
  work: "a worker's",
};

it("does over the wire what the engine does at hand, method by method, and asks every route that is meant for it", async () => {
  const app = await servedApp();
  const scene = { ...app, ...(await furnish(app)) };
  for (const [name, call] of Object.entries(CALLS)) await expect.soft(call(scene), name).resolves.not.toThrow();

  const { paths } = (await app.call("GET", "/openapi.json")).json;
  const asked = (route: string) => app.requests.some(({ method, path }) => pattern(route).test(`${method} ${path}`));
  const routes = Object.entries(paths).flatMap(([path, item]) =>
    Object.keys(item as object).map((method) => `${method.toUpperCase()} ${path}`),
  );
  expect(routes.filter((route) => !asked(route)).sort()).toEqual(Object.keys(ROUTES_WITHOUT_A_METHOD).sort());
});

it("has every method that its types promise, and none that has no route", async () => {
  const { client } = await servedApp();
  expect(namesOf(client).sort()).toEqual(Object.keys(CALLS).sort());
  expect(namesOf(client).filter((name) => Object.hasOwn(METHODS_WITHOUT_A_ROUTE, name))).toEqual([]);
});

it("is what an engine is: a program that asks for a Client takes either", () => {
  expectTypeOf<Engine>().toExtend<Client>();
  expectTypeOf<RemoteClient>().toExtend<Client>();
  type Own = "batches" | "segments" | "campaigns";
  expectTypeOf<Omit<Client, Own>>().toEqualTypeOf<Pick<Engine, Exclude<keyof Client, Own>>>();
});

async function furnish({ client, settle }: ServedApp) {
  const people = [
    { id: "ada", name: "Ada", email: "ada@example.com", phone: "+442079460958" },
    { id: "ben", email: "ben@example.com" },
    { name: "Nobody" },
  ];
  const batch = (await client.ingest.customers(people)).batchId;
  await settle();
  await client.ingest.orders([
    { id: "o/1", customerId: "ada", amount: "12.50", placedAt: "2026-01-05T00:00:00Z" },
    { id: "o2", customerId: "ada", amount: "1.10", type: "refund", placedAt: "2026-01-06T00:00:00Z" },
    { id: "o4", customerId: "ben", amount: "2.00", placedAt: "2026-01-07T00:00:00Z" },
  ]);
  await settle();
  const segment = (await client.segments.create({ name: "Spenders", rule })).id;
  const campaign = (await client.campaigns.create({ name: "Done", segmentId: segment, message })).id;
  await client.campaigns.launch(campaign);
  await settle();
  return { batch, segment, campaign };
}

function namesOf(faces: object): string[] {
  return Object.entries(faces).flatMap(([face, value]) =>
    typeof value === "function" ? [face] : Object.keys(value).map((method) => `${face}.${method}`),
  );
}

function pattern(route: string): RegExp {
  return new RegExp(`^${route.replaceAll(".", "\\.").replaceAll(/\{\w+\}/g, "[^/]+")}$`);
}

async function collected<T>(items: AsyncIterable<T>): Promise<readonly T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

async function textOf(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  return new TextDecoder().decode(Buffer.concat(await collected(chunks)));
}
