import { afterEach, expect, it } from "vitest";
import { type RunningApp, runningApp } from "../running-app.fixture.js";

let running: RunningApp | undefined;
afterEach(async () => {
  await running?.close();
  running = undefined;
});

const CSV = { "content-type": "text/csv" };

it("exports all customers by id, with a column for each attribute, as cells that no spreadsheet runs", async () => {
  running = await runningApp();
  const { call, settle } = running;
  const consent = { email: { state: "withdrawn", at: "2026-01-02T00:00:00Z", by: "complained" } };
  await call("POST", "/api/customers", [
    { id: "c2", name: "=HYPERLINK(1)", attributes: { zip: "007", size: 7, "odd ": true } },
    { id: "c1", email: "ann@example.com", phone: "+49 151 12345", tags: ["vip", "new"], consent, attributes: { size: "7" } },
  ]);
  await settle();
  const { status, headers, text } = await call("GET", "/api/customers.csv");
  expect([status, headers.get("content-type"), headers.get("content-disposition")]).toEqual([
    200,
    "text/csv; charset=utf-8",
    'attachment; filename="customers.csv"',
  ]);
  const [header = "", c1 = "", c2 = "", ...rest] = text.split("\r\n");
  expect(header).toMatch(/^id,email,phone,.*,updatedAt,attributes\.size,attributes\.zip,attributes$/);
  expect(c1).toMatch(
    /^c1,ann@example\.com,\+4915112345,,,vip;new,0,,withdrawn,2026-01-02T00:00:00\.000Z,complained,,,,0,0,.*,'7,,$/,
  );
  expect(c2).toMatch(/^c2,,,'=HYPERLINK\(1\),.*,7,007,"\{""odd "":true\}"$/);
  expect(rest).toEqual([""]);
  expect((await call("GET", "/api/customers.csv?search=c1")).status).toBe(400);
});

it("exports more attributes than a file has columns for: the others come as JSON", async () => {
  running = await runningApp();
  const { call, settle } = running;
  const customers = Array.from({ length: 5 }, (_, index) => ({
    id: `c${index}`,
    attributes: Object.fromEntries(Array.from({ length: 490 }, (_, attribute) => [`a${index}-${attribute}`, attribute])),
  }));
  await call("POST", "/api/customers", customers);
  await settle();
  const { text } = await call("GET", "/api/customers.csv");
  const [header = "", ...rows] = text.trim().split("\r\n");
  expect(header.split(",").filter((name) => name.startsWith("attributes."))).toHaveLength(2_000);
  const target = await runningApp();
  await target.call("POST", "/api/customers", text, CSV);
  await target.settle();
  for (const { id, attributes } of customers)
    expect((await target.call("GET", `/api/customers/${id}`)).json.attributes).toEqual(attributes);
  expect(rows).toHaveLength(5);
  await target.close();
});

it("exports orders by the filters of the list, a row for each line", async () => {
  running = await runningApp();
  const { call, settle } = running;
  const items = [
    { sku: "A", quantity: 2, price: 1.5, name: "Lamp" },
    { sku: "B", quantity: 1, price: 3 },
  ];
  await call("POST", "/api/orders", [
    { id: "o1", customerId: "c1", amount: "10.05", placedAt: "2026-01-01T00:00:00Z", items, channel: "web" },
    { id: "o2", customerId: "c2", amount: 5, placedAt: "2026-01-02T00:00:00Z", type: "refund", status: "cancelled" },
  ]);
  await settle();
  const rows = async (query: string) => {
    const { status, text } = await call("GET", `/api/orders.csv${query}`);
    return status === 200
      ? text
          .trim()
          .split("\r\n")
          .slice(1)
          .map((row) => row.split(",").slice(0, 14).join(","))
      : status;
  };
  const [first, second, refund] = [
    "o1,1,c1,purchase,placed,10.05,USD,2026-01-01T00:00:00.000Z,web,A,Lamp,,2,1.5",
    "o1,2,c1,purchase,placed,10.05,USD,2026-01-01T00:00:00.000Z,web,B,,,1,3",
    "o2,,c2,refund,cancelled,5,USD,2026-01-02T00:00:00.000Z,,,,,,",
  ];
  expect(await rows("")).toEqual([refund, first, second]);
  expect(await rows("?customerId=c1")).toEqual([first, second]);
  expect(await rows("?status=cancelled&type=refund")).toEqual([refund]);
  expect(await rows("?from=2027-01-01")).toEqual([]);
  expect(await rows("?from=yesterday")).toBe(400);
  expect(await rows("?limit=1")).toBe(400);
});

it("lines of orders are refused where each would be read as an order of its own, with the map to name", async () => {
  running = await runningApp();
  const { call, settle } = running;
  await call("POST", "/api/orders", { id: "o1", customerId: "ada", amount: 1, placedAt: "2026-01-01" });
  await settle();
  const { text } = await call("GET", "/api/orders.csv");
  const refused = await call("POST", "/api/orders", text, CSV);
  expect([refused.status, refused.json.detail, refused.json.errors[0].path]).toEqual([
    400,
    "These are order lines, as they are exported: they need the map crm-engine.",
    "line",
  ]);
  expect((await call("POST", "/api/orders?map=crm-engine", text, CSV)).status).toBe(202);
});
