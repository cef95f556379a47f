import {
  batchViewSchema,
  campaignStatsViewSchema,
  campaignViewSchema,
  communicationLogViewSchema,
  customerViewSchema,
  deadLetterViewSchema,
  estimateViewSchema,
  orderViewSchema,
  pageViewSchema,
  segmentViewSchema,
} from "@crm-engine/core/schemas";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type RunningApp, runningApp } from "./running-app.fixture.js";

const page = { limit: 50 };
const rule = { field: "totalSpend", op: "gte", value: "0.30" } as const;

let running: RunningApp;
const ids = { segment: "", campaign: "", batch: "" };
beforeAll(async () => {
  running = await runningApp();
  const { engine, settle } = running;
  ids.batch = (
    await engine.untrusted.ingest.customers([
      { id: "ada", email: "ada@example.com", tags: ["vip"], attributes: { plan: "pro", on: ["x"] }, lastVisitAt: "2026-01-01" },
      { id: "ben", email: "ben@example.com", consent: { sms: { state: "withdrawn", at: "2026-01-01T00:00:00Z" } } },
      { name: "nobody" },
    ])
  ).batchId;
  await settle();
  await engine.ingest.orders([
    { id: "o1", customerId: "ada", amount: "0.10", placedAt: "2026-01-01", items: [{ sku: "s", quantity: 2, price: "0.055" }] },
    { id: "o2", customerId: "ada", amount: "0.20", placedAt: "2026-01-02", channel: "web" },
  ]);
  await settle();
  ids.segment = (await engine.segments.create({ name: "Spenders", rule })).id;
  const message = { channel: "email", subject: "Hi", body: "Hi {{ customer.name }}" } as const;
  ids.campaign = (await engine.campaigns.create({ name: "Hi", segmentId: ids.segment, message })).id;
  await engine.campaigns.launch(ids.campaign);
  await settle();
  await engine.receipts.accept([
    { messageId: `${ids.campaign}:ada`, status: "opened" },
    { messageId: "nobody-knows", status: "sent" },
  ]);
  await settle();
});
afterAll(() => running.close());

/** What a program reads, where a client of the API reads it, and the schema that describes it. */
const READS = {
  customer: ["/api/customers/ada", ({ engine }) => engine.customers.get("ada"), customerViewSchema],
  customers: ["/api/customers", ({ engine }) => engine.customers.list(page), pageViewSchema(customerViewSchema)],
  order: ["/api/orders/o1", ({ engine }) => engine.orders.get("o1"), orderViewSchema],
  orders: ["/api/orders", ({ engine }) => engine.orders.list({}, page), pageViewSchema(orderViewSchema)],
  batch: ["/api/batches/BATCH", ({ engine }) => engine.batches.get(ids.batch), batchViewSchema],
  batches: ["/api/batches", ({ engine }) => engine.batches.list({}, page), pageViewSchema(batchViewSchema)],
  segment: ["/api/segments/SEGMENT", ({ engine }) => engine.segments.get(ids.segment), segmentViewSchema],
  segments: ["/api/segments", ({ engine }) => engine.segments.list(page), pageViewSchema(segmentViewSchema)],
  members: [
    "/api/segments/SEGMENT/customers",
    ({ engine }) => engine.segments.members(ids.segment, page),
    pageViewSchema(customerViewSchema),
  ],
  campaign: ["/api/campaigns/CAMPAIGN", ({ engine }) => engine.campaigns.get(ids.campaign), campaignViewSchema],
  campaigns: ["/api/campaigns", ({ engine }) => engine.campaigns.list(page), pageViewSchema(campaignViewSchema)],
  stats: ["/api/campaigns/CAMPAIGN/stats", ({ engine }) => engine.campaigns.stats(ids.campaign), campaignStatsViewSchema],
  log: [
    "/api/campaigns/CAMPAIGN/log",
    ({ engine }) => engine.campaigns.log({ campaignId: ids.campaign }, page),
    pageViewSchema(communicationLogViewSchema),
  ],
  deadLetters: ["/api/dead-letters", ({ engine }) => engine.queues.deadLetters({}, page), pageViewSchema(deadLetterViewSchema)],
} satisfies Record<string, readonly [path: string, read: (app: RunningApp) => Promise<unknown>, schema: unknown]>;

it.each(Object.entries(READS))("a program and a client read the same %s, which is what the schema says", async (_, read) => {
  const [path, ofEngine, schema] = read;
  const url = path.replace("BATCH", ids.batch).replace("SEGMENT", ids.segment).replace("CAMPAIGN", ids.campaign);
  const { status, text, json } = await running.call("GET", url);
  expect(status, text).toBe(200);
  expect(JSON.stringify(await ofEngine(running))).toBe(text);
  expect(schema.parse(json)).toEqual(json);
});

it("a program and a client get the same estimate and explanation", async () => {
  const { segments } = running.engine;
  const estimate = (await running.call("POST", "/api/segments/estimate", { rule })).json;
  expect({ ...(await segments.estimate({ rule })), tookMs: 0 }).toEqual({ ...estimate, tookMs: 0 });
  expect(estimate.sample).toMatchObject([{ id: "ada", totalSpend: 0.3 }]);
  expect(estimateViewSchema.parse(estimate)).toEqual(estimate);
  const explanation = await running.call("POST", "/api/segments/explain", { rule, customerId: "ada" });
  expect(JSON.stringify(await segments.explain({ rule, customerId: "ada" }))).toBe(explanation.text);
});
