import { afterEach, expect, it } from "vitest";
import { type RunningApp, runningApp } from "../running-app.fixture.js";

let running: RunningApp | undefined;
afterEach(async () => {
  await running?.close();
  running = undefined;
});

const items = [{ sku: "85123A", quantity: 1, price: 2.55 }];

it("lists orders by their filters, newest first, and says what these add up to", async () => {
  running = await runningApp();
  const { call, settle } = running;
  const placedAt = (day: number) => `2026-01-0${day}T10:00:00Z`;
  const { json } = await call("POST", "/api/orders", [
    { id: "o1", customerId: "c1", amount: "10.05", placedAt: placedAt(1), items, channel: "web" },
    { id: "o2", customerId: "c1", amount: 5, placedAt: placedAt(2), type: "refund", channel: "web" },
    { id: "o3", customerId: "c2", amount: 7, placedAt: placedAt(3), status: "cancelled" },
    { id: "o4", customerId: "c2", amount: 0.1, placedAt: placedAt(4), items },
  ]);
  await settle();
  const list = async (query: string) => {
    const { status, json } = await call("GET", `/api/orders?${query}`);
    return status === 200 ? json.items.map(({ id }: { readonly id: string }) => id) : status;
  };
  expect(await list("")).toEqual(["o4", "o3", "o2", "o1"]);
  expect(await list("customerId=c1&type=purchase")).toEqual(["o1"]);
  expect(await list("sku=85123A")).toEqual(["o4", "o1"]);
  expect(await list("from=2026-01-02&to=2026-01-04")).toEqual(["o3", "o2"]);
  expect(await list(`channel=web&batchId=${json.batchId}`)).toEqual(["o2", "o1"]);
  expect(await list("status=cancelled")).toEqual(["o3"]);
  expect(await list("from=yesterday")).toBe(400);
  expect(await list("type=gift")).toBe(400);
  expect((await call("GET", "/api/orders/o2")).json).toMatchObject({ batchId: json.batchId, row: 2 });

  const totals = { currency: "USD", orders: 3, purchaseCount: 2, purchases: 10.15, refundCount: 1, refunds: 5, revenue: 5.15 };
  expect((await call("GET", "/api/orders/totals")).json).toEqual({ ...totals, cancelledCount: 1 });
  expect((await call("GET", "/api/orders/totals?status=cancelled")).json).toMatchObject({
    orders: 1,
    revenue: 7,
    cancelledCount: 0,
  });
});

it("says sums that no number holds as their digits", async () => {
  running = await runningApp();
  const { call, store } = running;
  const order = { type: "purchase", status: "placed", currency: "USD", placedAt: 1, items: [], stamp: 1 } as const;
  const amount = Number.MAX_SAFE_INTEGER;
  await store.orders.apply(["1", "2"].map((id) => ({ ...order, id, customerId: id, amount })));
  expect((await call("GET", "/api/orders/totals")).json.purchases).toBe("180143985094819.82");
  expect((await call("GET", "/api/orders/totals?customerId=1")).json.purchases).toBe(90_071_992_547_409.91);
});
