import { afterEach, describe, expect, it } from "vitest";
import { type RunningApp, runningApp } from "../running-app.fixture.js";

const opened: RunningApp[] = [];
afterEach(async () => {
  for (const running of opened.splice(0)) await running.close();
});

async function open(): Promise<RunningApp> {
  const running = await runningApp();
  opened.push(running);
  return running;
}

/** Uploads, and gives what became of it. */
async function upload({ call, settle }: RunningApp, path: string, body: unknown, type?: string) {
  const { json } = await call("POST", path, body, type === undefined ? {} : { "content-type": type });
  await settle();
  return (await call("GET", json.statusUrl)).json;
}

const CUSTOMERS = [
  {
    id: "c1",
    email: "ann@example.com",
    phone: "+49 151 12345",
    name: "Ann",
    timeZone: "Europe/Berlin",
    tags: ["vip", "a;b", "7"],
  },
  { id: "c2", name: "=1+1", attributes: { zip: "007", size: 7.5, vip: true, since: "2026-01-31", likes: ["x;y", "", "=1"] } },
  {
    id: "c3",
    name: "'s-Hertogenbosch",
    attributes: { zip: "'x", size: "7", vip: "true", likes: [], 'a.b,"c" ': "odd", since: "[a]" },
  },
  {
    id: "c4",
    name: "  two\nlines\r\n",
    attributes: { zip: "", size: "+49", plus: "-1", at: "@x", bracket: '["a"]', date: "03/04/2026" },
  },
  {
    id: "c5",
    visitCount: 3,
    lastVisitAt: "2026-02-03T04:05:06.789Z",
    consent: { email: { state: "subscribed", at: "2026-01-02" } },
  },
  {
    id: "c6",
    phone: "+1 555 0100",
    consent: { email: { state: "withdrawn", at: "2026-01-02", by: "complained" }, sms: { state: "withdrawn" } },
  },
  { id: "c7", email: "bo@example.com", consent: { sms: { state: "subscribed" } } },
  { id: "007", name: "7" },
];

const ORDERS = [
  {
    id: "o1",
    customerId: "c1",
    amount: "10.05",
    placedAt: "2026-01-01T10:20:30.456Z",
    channel: 'web, "old"',
    items: [
      { sku: "=A", name: " Lamp ", category: "light\nheavy", quantity: 2.5, price: 0.001 },
      { sku: "007", quantity: 1, price: 12 },
      { sku: "007", quantity: 1, price: 12 },
    ],
  },
  { id: "o2", customerId: "c1", amount: 0, placedAt: "2026-01-02", type: "refund", status: "cancelled" },
  { id: "7", customerId: "007", amount: 5, placedAt: "2026-01-03", items: [{ sku: "+1", name: "'x", quantity: 1, price: 5 }] },
];

describe("what is exported, uploaded again as it is,", () => {
  it("changes no customer, and makes the same ones elsewhere", async () => {
    const one = await open();
    expect(await upload(one, "/api/customers", CUSTOMERS)).toMatchObject({ added: CUSTOMERS.length, rejected: 0 });
    await upload(one, "/api/orders", ORDERS);
    const { text } = await one.call("GET", "/api/customers.csv");
    expect(await upload(one, "/api/customers", text, "text/csv")).toMatchObject({
      status: "completed",
      unchanged: CUSTOMERS.length,
      errors: [],
    });
    expect((await one.call("GET", "/api/customers.csv")).text).toBe(text);
    const other = await open();
    expect(await upload(other, "/api/customers", text, "text/csv")).toMatchObject({ added: CUSTOMERS.length, errors: [] });
    expect(await recordsOf(other)).toEqual(await recordsOf(one));
  });

  it("changes no member of a segment: their attributes have columns of their own", async () => {
    const one = await open();
    await upload(one, "/api/customers", CUSTOMERS);
    const { json } = await one.call("POST", "/api/segments", { name: "All", rule: { all: [] } });
    const { text } = await one.call("GET", `/api/segments/${json.id}/customers.csv`);
    expect(text.split("\r\n")[0]).toContain(",attributes.since,attributes.size,attributes.vip,attributes.zip,attributes");
    expect(await upload(one, "/api/customers", text, "text/csv")).toMatchObject({ unchanged: CUSTOMERS.length, errors: [] });
  });

  it("changes no order, and makes the same ones elsewhere", async () => {
    const one = await open();
    await upload(one, "/api/customers", CUSTOMERS);
    expect(await upload(one, "/api/orders", ORDERS)).toMatchObject({ added: ORDERS.length, errors: [] });
    const { text } = await one.call("GET", "/api/orders.csv");
    const lines = 5;
    expect(await upload(one, "/api/orders?map=crm-engine", text, "text/csv")).toMatchObject({
      received: lines,
      unchanged: lines,
      errors: [],
    });
    const other = await open();
    expect(await upload(other, "/api/orders?map=crm-engine", text, "text/csv")).toMatchObject({ added: lines, errors: [] });
    expect(await ordersOf(other)).toEqual(await ordersOf(one));
  });
});

/** Without what the engine keeps itself. */
async function recordsOf({ call }: RunningApp) {
  const { items } = (await call("GET", "/api/customers?limit=100")).json;
  const kept = ["createdAt", "updatedAt", "orderCount", "totalSpend", "firstOrderAt", "lastOrderAt"];
  return items.map((customer: object) => Object.fromEntries(Object.entries(customer).filter(([name]) => !kept.includes(name))));
}

async function ordersOf({ call }: RunningApp) {
  const { items } = (await call("GET", "/api/orders?limit=100")).json;
  return items.map(({ batchId: _, row: __, ...order }: { readonly batchId: string; readonly row: number }) => order);
}
