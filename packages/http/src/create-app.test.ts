import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RunningApp, runningApp } from "./running-app.fixture.js";

let running: RunningApp;
let call: RunningApp["call"];
beforeAll(async () => {
  running = await runningApp();
  call = running.call;
});
afterAll(() => running.close());

const NDJSON = { "content-type": "application/x-ndjson" };
const CSV = { "content-type": "text/csv" };
const lines = (rows: readonly unknown[]) => rows.map((row) => JSON.stringify(row)).join("\n");

async function upload(kind: "customers" | "orders", body: unknown, headers: Record<string, string> = {}, query = "") {
  const accepted = await call("POST", `/api/${kind}${query}`, body, headers);
  expect(accepted.status, accepted.text).toBe(202);
  await running.settle();
  const batch = await call("GET", accepted.json.statusUrl);
  expect(batch.status, batch.text).toBe(200);
  return { ...accepted.json, batch: batch.json };
}

describe("taking in", () => {
  it("takes one customer, and shows it with what a reader needs and nothing internal", async () => {
    const { batch, received } = await upload("customers", {
      id: "one",
      email: " One@Example.com ",
      name: "One",
      tags: ["vip"],
      attributes: { plan: "gold", "__odd.key": 1 },
      lastVisitAt: "2024-05-01T10:00:00+02:00",
    });
    expect(received).toBe(1);
    expect(batch).toMatchObject({ status: "completed", received: 1, accepted: 1, rejected: 0, errors: [] });
    const { json } = await call("GET", "/api/customers/one");
    expect(json).toEqual({
      id: "one",
      email: "one@example.com",
      name: "One",
      tags: ["vip"],
      attributes: { plan: "gold", "__odd.key": 1 },
      visitCount: 0,
      lastVisitAt: "2024-05-01T08:00:00.000Z",
      consent: { email: { state: "subscribed", by: "default" }, sms: { state: "subscribed", by: "default" } },
      createdAt: expect.stringMatching(/^\d{4}-.*Z$/),
      updatedAt: expect.stringMatching(/^\d{4}-.*Z$/),
      orderCount: 0,
      totalSpend: 0,
    });
  });

  it("takes orders in every form, and keeps the totals exact", async () => {
    await upload("orders", {
      id: "form-1",
      customerId: "forms",
      amount: "0.10",
      placedAt: "2024-01-01T00:00:00Z",
      items: [{ sku: "S", quantity: 2, price: 0.05 }],
    });
    await upload("orders", [{ id: "form-2", customerId: "forms", amount: 0.2, placedAt: "2024-01-02T00:00:00Z" }]);
    await upload("orders", lines([{ id: "form-3", customerId: "forms", amount: 100.7, placedAt: "2024-01-03" }]), NDJSON);
    await upload("orders", "id,customerId,amount,placedAt,type\nform-4,forms,1.00,2024-01-04,refund\n", CSV);
    await upload("orders", "id,customerId,amount,placedAt,status\nform-5,forms,9.99,2024-01-05,cancelled\n", CSV);
    const { json } = await call("GET", "/api/customers/forms");
    expect(json).toMatchObject({
      totalSpend: 100,
      orderCount: 3,
      firstOrderAt: "2024-01-01T00:00:00.000Z",
      lastOrderAt: "2024-01-03T00:00:00.000Z",
    });
    const orders = await call("GET", "/api/orders?customerId=forms&limit=3");
    expect(orders.json.items.map((order: { id: string }) => order.id)).toEqual(["form-5", "form-4", "form-3"]);
    expect(orders.json.items[0]).toMatchObject({ status: "cancelled", amount: 9.99 });
    const rest = await call("GET", `/api/orders?customerId=forms&limit=3&cursor=${encodeURIComponent(orders.json.nextCursor)}`);
    expect(rest.json).toMatchObject({ items: [{ id: "form-2" }, { id: "form-1" }], nextCursor: null });
    expect((await call("GET", "/api/orders/form-1")).json).toEqual({
      id: "form-1",
      customerId: "forms",
      type: "purchase",
      status: "placed",
      amount: 0.1,
      currency: "USD",
      placedAt: "2024-01-01T00:00:00.000Z",
      items: [{ sku: "S", quantity: 2, price: 0.05 }],
      batchId: expect.stringMatching(/./),
      row: 1,
    });
  });

  it("unpacks gzip, and says what is none", async () => {
    const { gzipSync } = await import("node:zlib");
    const packed = gzipSync(lines([{ id: "gz-1" }, { id: "gz-2" }]));
    const { batch } = await upload("customers", packed, { ...NDJSON, "content-encoding": "gzip" });
    expect(batch).toMatchObject({ received: 2, accepted: 2 });
    expect((await call("POST", "/api/customers", "plain", { ...NDJSON, "content-encoding": "gzip" })).status).toBe(400);
    expect((await call("POST", "/api/customers", "plain", { ...NDJSON, "content-encoding": "br" })).status).toBe(415);
  });

  it("gives each bad row its fate, with its number and path, and never its neighbours", async () => {
    const { batch, batchId } = await upload(
      "customers",
      `${lines([{ id: "ok-1" }, { id: "bad", visitCount: -1 }])}\n\nnot json\n${lines([{ name: "nobody" }, { id: "ok-2" }])}`,
      NDJSON,
    );
    expect(batch).toMatchObject({ status: "completed", received: 5, accepted: 2, rejected: 3 });
    expect(batch.errors.map(({ row, line, path }: { row: number; line: number; path: string }) => [row, line, path])).toEqual([
      [2, 2, "visitCount"],
      [3, 4, ""],
      [4, 5, "id"],
    ]);
    expect((await call("GET", "/api/customers/ok-2")).status).toBe(200);
    const csv = await call("GET", `/api/batches/${batchId}/errors.csv`);
    expect(csv.headers.get("content-type")).toBe("text/csv; charset=utf-8");
    expect(csv.text.split("\r\n").slice(0, 3)).toEqual([
      "row,line,path,message",
      expect.stringMatching(/^2,2,visitCount,/),
      "3,4,,the row is not valid JSON",
    ]);
  });

  it("reads a file in the charset that it is said to be in, and lists those that there are", async () => {
    const latin = Buffer.from("id;name\nlatin-1;Ad\xe9le \x81\n", "latin1");
    const { batch } = await upload("customers", latin, { "content-type": 'text/csv; header=present; charset="ISO-8859-1"' });
    expect(batch).toMatchObject({ received: 1, accepted: 1 });
    expect((await call("GET", "/api/customers/latin-1")).json).toMatchObject({ name: "Adéle \x81" });
    const other = await upload("customers", latin, { "content-type": "text/csv; charset=windows-1252" });
    expect(other.batch.errors).toEqual([{ row: 1, line: 2, path: "", message: "the row is not valid windows-1252" }]);
    const unknown = await call("POST", "/api/customers", latin, { "content-type": "text/csv; charset=latin-99" });
    expect(unknown.status).toBe(415);
    expect(unknown.json.detail).toMatch(/"latin-99".*utf-8.*iso-8859-15.*windows-1252/);
    const json = (charset: string) =>
      call("POST", "/api/customers", '{"id":"json-1"}', { "content-type": `application/json; charset=${charset}` });
    expect([(await json("UTF-8")).status, (await json("latin1")).status, (await json("none")).status]).toEqual([202, 415, 415]);
    const tabs = await upload("customers", "id\tname\nlatin-2\tTab\n", { "content-type": "text/tab-separated-values" });
    expect(tabs.batch).toMatchObject({ received: 1, accepted: 1 });
  });

  it("tells the same bytes in another charset from a repetition", async () => {
    const send = (charset: string) =>
      call("POST", "/api/customers", "id\nsame\n", {
        "content-type": `text/csv; charset=${charset}`,
        "idempotency-key": "charsets",
      });
    expect((await send("utf-8")).status).toBe(202);
    expect((await send("utf-8")).status).toBe(202);
    expect((await send("iso-8859-1")).status).toBe(422);
  });

  it("makes orders of order lines by a map", async () => {
    const rows = [
      "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country",
      "1,A,Lamp,2,2010-12-01 08:26:00,2.50,17.0,UK",
      "2,A,Lamp,1,2010-12-01 08:30:00,2.50,,UK",
      "1,B,Cup,1,2010-12-01 08:20:00,1.25,17.0,UK",
    ].join("\n");
    const { batch } = await upload("orders", rows, CSV, "?map=online-retail");
    expect(batch).toMatchObject({ received: 3, accepted: 2, rejected: 1, errors: [{ row: 2, path: "CustomerID" }] });
    expect((await call("GET", "/api/orders/1")).json).toMatchObject({
      customerId: "17",
      amount: 6.25,
      placedAt: "2010-12-01T08:20:00.000Z",
    });
    const map = { id: "o", "customer.id": "c", placedAt: "t", "item.sku": "s", "item.quantity": "q", "item.price": "p" };
    const own = await upload(
      "orders",
      "o,c,t,s,q,p\nown,17,2024-01-01,X,1,2\n",
      CSV,
      `?map=${encodeURIComponent(JSON.stringify(map))}`,
    );
    expect(own.batch).toMatchObject({ accepted: 1, rejected: 0 });
  });

  it("lists batches of a kind, newest first", async () => {
    const { batchId } = await upload("customers", [{ id: "listed" }]);
    const { json } = await call("GET", "/api/batches?kind=customers&limit=2");
    expect(json.items[0].id).toBe(batchId);
    expect(json.items.every((batch: { kind: string }) => batch.kind === "customers")).toBe(true);
  });

  it("refuses what can't be taken in, before a batch begins", async () => {
    const before = (await call("GET", "/api/batches?limit=1000")).json.items.length;
    const order = { id: "no", customerId: "no", amount: 1, placedAt: "2024-01-01" };
    const cases: [number, string, unknown, Record<string, string>?, string?][] = [
      [400, "/api/customers", '{"id":'],
      [400, "/api/customers", ""],
      [400, "/api/customers", Buffer.from([0x22, 0xff, 0x22])],
      [415, "/api/customers", "id=1", { "content-type": "application/x-www-form-urlencoded" }],
      [422, "/api/customers", { id: 7 }, {}, "id"],
      [422, "/api/customers", { id: "x", attributes: { a: { b: 1 } } }, {}, "attributes.a"],
      [422, "/api/customers", "null"],
      [422, "/api/orders", { ...order, amount: -1 }, {}, "amount"],
      [422, "/api/orders", { ...order, amount: "1.001" }, {}, "amount"],
      [422, "/api/orders", { ...order, currency: "EUR" }, {}, "currency"],
      [422, "/api/orders", { ...order, placedAt: "2026-02-30" }, {}, "placedAt"],
      [422, "/api/orders", { ...order, surprise: 1 }, {}, "surprise"],
      [400, "/api/customers", "id,nmae\n1,a\n", CSV, "nmae"],
      [400, "/api/customers", "id,id\n1,a\n", CSV, "id"],
      [400, "/api/customers?map=online-retail", "id\n1\n", CSV],
      [400, "/api/orders?map=unknown", "id\n1\n", CSV, "map"],
      [400, "/api/orders?map=online-retail", "id\n1\n", CSV, "InvoiceNo"],
      [400, `/api/orders?map=${encodeURIComponent('{"id":"id"}')}`, "id\n1\n", CSV, "map.placedAt"],
      [400, "/api/orders?map={", "id\n1\n", CSV, "map"],
    ];
    for (const [status, path, body, headers, fault] of cases) {
      const answer = await call("POST", path, body, headers);
      expect(answer.status, `${path} ${String(body)} ${answer.text}`).toBe(status);
      expect(answer.headers.get("content-type")).toBe("application/problem+json");
      expect(answer.json).toMatchObject({
        status,
        type: `urn:crm-engine:problem:${answer.json.code}`,
        title: expect.any(String),
        detail: expect.any(String),
      });
      if (fault !== undefined) expect(answer.json.errors.map((error: { path: string }) => error.path)).toContain(fault);
    }
    await running.settle();
    expect((await call("GET", "/api/batches?limit=1000")).json.items.length).toBe(before);
    expect((await call("GET", "/api/orders/no")).status).toBe(404);
  });
});

describe("segments", () => {
  const big = { field: "totalSpend", op: "gt", value: 1000 };

  it("are saved, changed, estimated, explained, listed with their members, and deleted", async () => {
    await upload("orders", [
      { id: "seg-1", customerId: "rich", amount: 5000, placedAt: "2024-01-01" },
      { id: "seg-2", customerId: "richer", amount: 6000, placedAt: "2024-01-01" },
      { id: "seg-3", customerId: "poor", amount: 5, placedAt: "2024-01-01" },
    ]);
    const created = await call("POST", "/api/segments", { name: "Big", rule: big });
    expect(created.status, created.text).toBe(201);
    expect(created.json).toEqual({
      id: expect.any(String),
      name: "Big",
      rule: big,
      description: "spent over 1,000 USD",
      version: 1,
      createdAt: expect.any(String),
      updatedAt: expect.any(String),
    });
    const path = `/api/segments/${created.json.id}`;
    expect((await call("GET", path)).json).toEqual(created.json);
    expect((await call("GET", "/api/segments")).json.items).toContainEqual(created.json);

    const estimate = await call("POST", "/api/segments/estimate", { rule: big, asOf: "2024-06-01T00:00:00Z" });
    expect(estimate.json).toMatchObject({ count: 2, exact: true, sample: [{ id: "rich", totalSpend: 5000 }, { id: "richer" }] });
    const explained = await call("POST", "/api/segments/explain", { rule: { not: big }, customerId: "poor" });
    expect(explained.json).toMatchObject({ matches: true, tree: { matches: true, children: [{ matches: false }] } });

    const first = await call("GET", `${path}/customers?limit=1`);
    expect(first.json).toMatchObject({ items: [{ id: "rich" }], nextCursor: expect.any(String) });
    const second = await call("GET", `${path}/customers?limit=1&cursor=${encodeURIComponent(first.json.nextCursor)}`);
    expect(second.json.items.map((customer: { id: string }) => customer.id)).toEqual(["richer"]);
    const csv = await call("GET", `${path}/customers.csv`);
    expect(csv.text.split("\r\n").map((line) => line.split(",")[0])).toEqual(["id", "rich", "richer", ""]);

    const changed = await call("PUT", path, { name: "Bigger", rule: { ...big, value: 5500 }, timeZone: "Europe/London" });
    expect(changed.json).toMatchObject({ name: "Bigger", timeZone: "Europe/London" });
    expect((await call("GET", `${path}/customers`)).json.items).toHaveLength(1);
    expect((await call("DELETE", path)).status).toBe(204);
    expect((await call("GET", path)).status).toBe(404);
    expect((await call("GET", `${path}/customers.csv`)).status).toBe(404);
  });

  it("refer to others, which then can't be deleted, and are put in words with their names", async () => {
    const inner = await call("POST", "/api/segments", { name: "Inner", rule: big });
    const rule = { not: { segment: inner.json.id } };
    const outer = await call("POST", "/api/segments", { name: "Outer", rule });
    expect(outer.json).toMatchObject({ rule, description: 'not in the segment "Inner"' });
    const refused = await call("DELETE", `/api/segments/${inner.json.id}`);
    expect([refused.status, refused.json.detail]).toEqual([409, expect.stringContaining(`"Outer" (${outer.json.id})`)]);
    const circle = await call("PUT", `/api/segments/${inner.json.id}`, { name: "Inner", rule: { segment: outer.json.id } });
    expect([circle.status, circle.json.errors[0].path]).toEqual([422, "rule.segment"]);
    for (const { json } of [outer, inner]) expect((await call("DELETE", `/api/segments/${json.id}`)).status).toBe(204);
  });

  it("have a catalogue of what rules can name", async () => {
    const { status, json } = await call("GET", "/api/segments/fields");
    expect(status).toBe(200);
    expect(json.fields).toContainEqual({
      name: "totalSpend",
      types: ["money"],
      operators: expect.arrayContaining(["gt", "between"]),
    });
    expect(json.orders.measures.map(({ name }: { name: string }) => name)).toContain("avg");
  });

  it("download all their members once, however many pages that takes", async () => {
    const rows = Array.from({ length: 1_203 }, (_, index) => ({ id: `page-${index}`, tags: ["paged"] }));
    await upload("customers", rows);
    const { json } = await call("POST", "/api/segments", {
      name: "Paged",
      rule: { field: "tags", op: "includesAny", value: ["paged"] },
    });
    const { text } = await call("GET", `/api/segments/${json.id}/customers.csv`);
    const ids = text
      .trim()
      .split("\r\n")
      .map((line) => line.split(",")[0]);
    expect(new Set(ids)).toEqual(new Set(["id", ...rows.map(({ id }) => id)]));
    expect(ids).toHaveLength(1_204);
  });

  it("refuse rules that are wrong, and say where", async () => {
    let deep: unknown = big;
    for (let depth = 0; depth < 50; depth++) deep = { not: deep };
    const cases: [unknown, string][] = [
      [{ all: [{ ...big, op: "resembles" }] }, "rule.all.0.op"],
      [{ ...big, op: "startsWith" }, "rule.op"],
      [{ ...big, value: "many" }, "rule.value"],
      [{ field: "constructor", op: "exists" }, "rule.field"],
    ];
    for (const path of ["/api/segments", "/api/segments/estimate"]) {
      for (const [rule, fault] of cases) {
        const { status, json, text } = await call("POST", path, path.endsWith("estimate") ? { rule } : { name: "n", rule });
        expect(status, text).toBe(422);
        expect(json.errors[0].path).toBe(fault);
      }
      const answer = await call("POST", path, path.endsWith("estimate") ? { rule: deep } : { name: "n", rule: deep });
      expect(answer.status, answer.text).toBe(422);
      expect(answer.json.errors[0].path).toMatch(/^rule\./);
    }
    const bottomless = `{"name":"n","rule":${'{"not":'.repeat(100_000)}{}${"}".repeat(100_000)}}`;
    expect((await call("POST", "/api/segments", bottomless)).status).toBe(422);
    expect((await call("POST", "/api/segments", { rule: big })).json.errors[0].path).toBe("name");
    expect((await call("POST", "/api/segments")).json).toMatchObject({
      status: 422,
      errors: [{ path: "name" }, { path: "rule", message: "is required" }],
    });
    expect((await call("POST", "/api/segments", "name=n", { "content-type": "text/plain" })).status).toBe(415);
    expect((await call("POST", "/api/segments", { name: "n", rule: big, timeZone: "Mars/Base" })).json.errors[0].path).toBe(
      "timeZone",
    );
    expect((await call("POST", "/api/segments/explain", { rule: big, customerId: "nobody-there" })).status).toBe(404);
  });
});

describe("campaigns", () => {
  const message = { channel: "email", subject: "Hi", body: "Hi {{ customer.name }}" };
  let segmentId: string;
  beforeAll(async () => {
    await upload("customers", [
      { id: "fan-1", email: "fan-1@example.com", name: "F", tags: ["fan"], phone: "+44 20 7946 0000" },
      { id: "fan-2", email: "fan-2@example.com", name: "=HYPERLINK(1)", tags: ["fan"] },
      { id: "fan-3", name: "No address", tags: ["fan"] },
    ]);
    const segment = await call("POST", "/api/segments", {
      name: "Fans",
      rule: { field: "tags", op: "includesAny", value: ["fan"] },
    });
    segmentId = segment.json.id;
  });

  async function draft(over: object = {}): Promise<string> {
    const { status, json, text } = await call("POST", "/api/campaigns", { name: "Hello", segmentId, message, ...over });
    expect(status, text).toBe(201);
    return `/api/campaigns/${json.id}`;
  }

  it("are drafted, changed, launched once, and account for every recipient", async () => {
    const path = await draft();
    expect((await call("PATCH", path, { name: "Hello again" })).json).toMatchObject({
      name: "Hello again",
      status: "draft",
      message,
    });
    const launched = await call("POST", `${path}/launch`);
    expect(launched.json).toMatchObject({
      status: "planning",
      audience: { frozen: false },
      history: [{ from: "draft", to: "planning", by: "user" }],
    });
    expect(launched.json.audience).not.toHaveProperty("epoch");
    const again = await call("POST", `${path}/launch`);
    expect(again.status).toBe(409);
    expect(again.json).toMatchObject({ status: 409, state: "planning", allowed: ["pause", "cancel"] });
    expect((await call("PATCH", path, { message: { channel: "sms", body: "Too late" } })).status).toBe(409);
    expect((await call("DELETE", path)).status).toBe(409);
    await running.settle();

    expect((await call("GET", path)).json.status).toBe("completed");
    const stats = (await call("GET", `${path}/stats`)).json;
    expect(stats).toMatchObject({ total: 3, sent: 2, skipped: 1, skippedBy: { no_address: 1 } });
    const log = (await call("GET", `${path}/log?status=sent`)).json.items;
    expect(log).toMatchObject([
      { customerId: "fan-1", to: "fan-1@example.com", status: "sent", attempts: 1, sentAt: expect.any(String) },
      { customerId: "fan-2" },
    ]);
    expect(log[0]).not.toHaveProperty("generation");

    const receipts = [
      { messageId: log[0].messageId, status: "delivered", occurredAt: "2024-01-01T00:00:00Z" },
      { messageId: log[0].messageId, status: "opened" },
    ];
    expect((await call("POST", "/api/receipts", { receipts })).json).toEqual({ received: 2, rejected: [] });
    expect((await call("PUT", "/api/receipts", { messageId: log[1].messageId, status: "bounced", reason: "full" })).status).toBe(
      202,
    );
    await running.settle();
    expect((await call("GET", `${path}/stats`)).json).toMatchObject({
      total: 3,
      delivered: 1,
      bounced: 1,
      skipped: 1,
      opened: 1,
    });
    const mine = await call("GET", "/api/log?customerId=fan-1");
    expect(mine.json.items).toMatchObject([{ status: "delivered", deliveredAt: "2024-01-01T00:00:00.000Z" }]);
    const csv = await call("GET", `${path}/log.csv?status=bounced`);
    expect(csv.text.split("\r\n")).toHaveLength(3);
    expect(csv.text).toContain("fan-2@example.com,bounced,full");
  });

  it("pause, resume and cancel, and say it again without harm", async () => {
    const path = await draft();
    expect((await call("POST", `${path}/pause`)).status).toBe(409);
    await call("POST", `${path}/launch`);
    for (const [action, state] of [
      ["pause", "paused"],
      ["pause", "paused"],
      ["resume", "planning"],
      ["cancel", "cancelled"],
      ["cancel", "cancelled"],
    ]) {
      const { status, json } = await call("POST", `${path}/${action}`);
      expect([action, status, json.status]).toEqual([action, 200, state]);
    }
    expect((await call("POST", `${path}/resume`)).json).toMatchObject({ status: 409, state: "cancelled", allowed: [] });
  });

  it("are listed newest first, and drafts deleted", async () => {
    const path = await draft();
    expect(`/api/campaigns/${(await call("GET", "/api/campaigns?limit=1")).json.items[0].id}`).toBe(path);
    expect((await call("DELETE", path)).status).toBe(204);
    expect((await call("GET", path)).status).toBe(404);
  });

  it("refuse what is wrong with them", async () => {
    const cases: [object, string][] = [
      [{ message: { ...message, body: "Hi {{ customer.name" } }, "message.body"],
      [{ message: { ...message, channel: "pigeon" } }, "message.channel"],
      [{ segmentId: "none" }, "segmentId"],
      [{ throttlePerSecond: -1 }, "throttlePerSecond"],
      [{ name: "" }, "name"],
    ];
    for (const [over, fault] of cases) {
      const { status, json, text } = await call("POST", "/api/campaigns", { name: "n", segmentId, message, ...over });
      expect(status, text).toBe(422);
      expect(json.errors[0].path).toBe(fault);
    }
    const path = await draft();
    expect((await call("POST", `${path}/launch`, "{oops")).status).toBe(400);
    expect((await call("GET", path)).json.status).toBe("draft");
    for (const action of ["", "/stats", "/log", "/log.csv", "/events"])
      expect((await call("GET", `/api/campaigns/none${action}`)).status).toBe(404);
    for (const action of ["launch", "pause", "resume", "cancel"])
      expect((await call("POST", `/api/campaigns/none/${action}`)).status).toBe(404);
  });

  it("download names that look like formulas as text, and phone numbers as they are", async () => {
    const { text } = await call("GET", `/api/segments/${segmentId}/customers.csv`);
    expect(text).toContain(",'=HYPERLINK(1),");
    expect(text).toContain(",+442079460000,");
  });
});

it("refuses receipts that are wrong by their places and takes their neighbours, and one alone as any wrong body", async () => {
  const { call, close } = await runningApp({ working: false });
  const receipts = [
    { messageId: "a:b", status: "sent" },
    { messageId: "a:b", status: "eaten" },
    7,
    { messageId: "a:c", status: "sent" },
  ];
  for (const body of [receipts, { receipts }]) {
    const { status, json } = await call("POST", "/api/receipts", body);
    expect([status, json.received]).toEqual([202, 2]);
    expect(json.rejected).toEqual([
      { index: 1, path: "status", message: expect.any(String) },
      { index: 2, path: "", message: expect.any(String) },
    ]);
  }
  expect((await call("POST", "/api/receipts", [receipts[1]])).json).toMatchObject({ received: 0, rejected: [{ index: 0 }] });
  expect((await call("PUT", "/api/receipts", { messageId: "a:b" })).status).toBe(422);
  expect((await call("PUT", "/api/receipts", { messageId: "a:b" })).json.errors[0].path).toBe("status");
  expect((await call("POST", "/api/receipts", "[")).status).toBe(400);
  expect((await call("POST", "/api/receipts")).status).toBe(400);
  await close();
});

it("gives each answer the request's id, the caller's own if it is well formed, and each problem too", async () => {
  const ask = async (path: string, id?: string) => call("GET", path, undefined, id === undefined ? {} : { "x-request-id": id });
  for (const path of ["/", "/healthz", "/api/customers", "/api/customers/nobody", "/nothing", "/api/customers?limit=x"]) {
    const { headers, json } = await ask(path, "Caller_1-a");
    expect([path, headers.get("x-request-id")]).toEqual([path, "Caller_1-a"]);
    if (json?.status >= 400) expect(json).toMatchObject({ requestId: "Caller_1-a", code: expect.stringMatching(/^[a-z_]+$/) });
  }
  for (const id of [undefined, "a b", "x".repeat(256), "<script>"]) {
    const { headers, json } = await ask("/api/customers/nobody", id);
    expect(json).toMatchObject({ requestId: headers.get("x-request-id"), code: "not_found" });
    expect(json.requestId).toMatch(/^[0-9a-f-]{36}$/);
  }
});

it("refuses wrong queries, unknown paths and methods with a problem", async () => {
  for (const query of ["limit=0", "limit=1001", "limit=x", "cursor=", "cursor=%00nonsense"]) {
    const { status, json, text } = await call("GET", `/api/customers?${query}`);
    expect([query, status], text).toEqual([query, 400]);
    expect(json.errors[0].path).toBe(query.split("=")[0]);
  }
  expect((await call("GET", "/api/batches?kind=cats")).status).toBe(400);
  expect((await call("GET", "/api/log")).status).toBe(400);
  expect((await call("GET", "/api/customers/nobody")).json).toMatchObject({
    status: 404,
    type: "urn:crm-engine:problem:not_found",
  });
  expect((await call("GET", "/nothing")).headers.get("content-type")).toBe("application/problem+json");
  const wrongMethod = await call("PUT", "/api/customers", {});
  expect(wrongMethod.status).toBe(405);
  expect(wrongMethod.headers.get("allow")).toContain("POST");
});

describe("customers by an address", () => {
  const found = async (query: string) => {
    const { status, json } = await call("GET", `/api/customers?${query}`);
    expect(status, JSON.stringify(json)).toBe(200);
    return json.items.map(({ id }: { readonly id: string }) => id);
  };

  it("are those who have exactly that address, whatever form it is asked in, page by page", async () => {
    await upload("customers", [
      { id: "addr-1", email: "Same@Example.com", phone: "+44 20 7946 0001" },
      { id: "addr-2", email: "same@example.com", phone: "+44 20 7946 0002" },
      { id: "addr-3", email: "same@example.com.au" },
    ]);
    expect(await found("email=same@example.com")).toEqual(["addr-1", "addr-2"]);
    expect(await found("email=%20SAME@example.COM")).toEqual(["addr-1", "addr-2"]);
    expect(await found("email=nobody@example.com")).toEqual([]);
    expect(await found("phone=%2B44%2020%207946%200002")).toEqual(["addr-2"]);
    expect(await found("phone=+44+20+7946+0002")).toEqual(["addr-2"]);
    expect(await found("email=same@example.com&phone=%2B44%2020%207946%200001")).toEqual(["addr-1"]);
    const first = await call("GET", "/api/customers?email=same@example.com&limit=1");
    expect(first.json.items).toMatchObject([{ id: "addr-1" }]);
    expect(await found(`email=same@example.com&cursor=${first.json.nextCursor}`)).toEqual(["addr-2"]);
  });

  it("is no address, and nobody is shown, where it is empty or odd", async () => {
    for (const query of ["email=", "email=everyone", "phone=", "phone=no", "emial=same@example.com"]) {
      const { status, json } = await call("GET", `/api/customers?${query}`);
      expect([query, status, json.errors?.[0].path]).toEqual([query, 400, query.split("=")[0]]);
    }
  });
});
