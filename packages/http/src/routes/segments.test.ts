import { afterAll, beforeAll, expect, it } from "vitest";
import { type RunningApp, runningApp } from "../running-app.fixture.js";

let running: RunningApp;
let id: string;
beforeAll(async () => {
  running = await runningApp();
  const { engine } = running;
  const { batchId } = await engine.ingest.customers([{ id: "ada" }, { id: "ben" }]);
  const orders = await engine.ingest.orders([
    { id: "o1", customerId: "ada", amount: 12.5, placedAt: "2026-01-05", items: [{ sku: "a", quantity: 2, price: 6.25 }] },
  ]);
  for (const batch of [batchId, orders.batchId]) await engine.batches.completed(batch);
  id = (await engine.segments.create({ name: "Buyers", rule: { field: "orderCount", op: "gte", value: 1 } })).id;
});
afterAll(() => running.close());

const analytics = (query: string, of = id) => running.call("GET", `/api/segments/${of}/analytics${query}`);

it("says who is in a segment, as the engine does", async () => {
  const query = { with: id, asOf: "2026-06-01T00:00:00Z" };
  const { status, json } = await analytics(`?with=${id}&asOf=${query.asOf}`);
  expect(status).toBe(200);
  expect(json).toEqual(JSON.parse(JSON.stringify(await running.engine.segments.analytics(id, query))));
  expect(json).toMatchObject({
    asOf: "2026-06-01T00:00:00.000Z",
    customers: { segment: 1, everyone: 2 },
    topProducts: [{ sku: "a", segment: { quantity: 2, revenue: 12.5, share: 1 }, everyone: { revenue: 12.5 } }],
    overlap: { segment: 1, other: 1, both: 1 },
  });
});

it("refuses segments that are not there, a time that is none, and what it does not know", async () => {
  expect(await analytics("", "none")).toMatchObject({ status: 404, json: { code: "not_found" } });
  expect(await analytics("?with=none")).toMatchObject({ status: 400, json: { errors: [{ path: "with" }] } });
  expect(await analytics("?asOf=soon")).toMatchObject({ status: 400, json: { errors: [{ path: "asOf" }] } });
  expect((await analytics("?days=3")).status).toBe(400);
});
