import { memoryQueue, memoryStore } from "@crm-engine/core/memory";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type RunningApp, runningApp } from "../running-app.fixture.js";

const KEY = { authorization: "Bearer s3cret" };

let running: RunningApp;
let lines: string[];
let now: number;
beforeEach(async () => {
  lines = [];
  now = Date.now();
  const note = (fields: object, message: string) => void lines.push(JSON.stringify({ ...fields, message }));
  const logger = { debug: note, info: note, warn: note, error: note };
  running = await runningApp({ apiKey: "s3cret", logger, store: memoryStore({ now: () => now }), queue: memoryQueue() });
  await running.call("POST", "/api/customers", [{ id: "c1", email: "ann@example.com" }, { id: "c2" }], KEY);
  await running.settle();
});
afterEach(() => running.close());

async function linkTo(path: string): Promise<string> {
  const { status, json } = await running.call("POST", "/api/downloads", { path }, KEY);
  expect([path, status, Object.keys(json)]).toEqual([path, 200, ["url"]]);
  return json.url;
}

it("makes a link that gives the export once, without a key, and then nothing", async () => {
  const url = await linkTo("/api/customers.csv");
  expect(url).toMatch(/^\/downloads\/[0-9a-f]{96}$/);
  const { status, headers, text } = await running.call("GET", url);
  expect(status).toBe(200);
  expect(text).toBe((await running.call("GET", "/api/customers.csv", undefined, KEY)).text);
  expect(Object.fromEntries(headers)).toMatchObject({
    "content-type": "text/csv; charset=utf-8",
    "content-disposition": 'attachment; filename="customers.csv"',
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
  });
  const again = await running.call("GET", url);
  expect([again.status, again.headers.get("content-type"), again.headers.get("cache-control")]).toEqual([
    404,
    "application/problem+json",
    "no-store",
  ]);
  expect(again.json.detail).toContain("60 s");
});

it("is over after 60 s", async () => {
  const [first, second] = [await linkTo("/api/customers.csv"), await linkTo("/api/customers.csv")];
  expect(first).not.toBe(second);
  now += 59_000;
  expect((await running.call("GET", first)).status).toBe(200);
  now += 1_001;
  expect((await running.call("GET", second)).status).toBe(404);
});

it("leads to each export, with its query", async () => {
  const { engine, call } = running;
  await call(
    "POST",
    "/api/orders",
    [
      { id: "o1", customerId: "c1", amount: 5, placedAt: "2026-01-01" },
      { id: "o2", customerId: "c2", amount: 7, placedAt: "2026-01-02" },
      {},
    ],
    KEY,
  );
  await running.settle();
  const {
    items: [batch],
  } = await engine.batches.list({ kind: "orders" }, { limit: 1 });
  const segment = await engine.segments.create({ name: "Ann", rule: { field: "email", op: "exists" } });
  const message = { channel: "email", subject: "Hi", body: "Hi" } as const;
  const campaign = await engine.campaigns.create({ name: "Hi", segmentId: segment.id, message });
  await engine.campaigns.launch(campaign.id);
  await running.settle();
  for (const [path, firstCell] of [
    ["/api/customers.csv", "c1"],
    ["/api/orders.csv?customerId=c1", "o1"],
    ["/api/orders.csv?from=2026-01-02&type=purchase", "o2"],
    [`/api/segments/${segment.id}/customers.csv?asOf=2026-01-01T00:00:00Z`, "c1"],
    [`/api/campaigns/${campaign.id}/log.csv?search=ann`, `${campaign.id}:c1`],
    [`/api/batches/${batch?.id}/errors.csv`, "3"],
  ] as const) {
    const { status, text } = await running.call("GET", await linkTo(path));
    expect([path, status, text.split("\r\n")[1]?.split(",")[0]]).toEqual([path, 200, firstCell]);
  }
});

it.each([
  ["/api/customers", "path"],
  ["/api/customers/c1", "path"],
  ["/api/queues", "path"],
  ["/downloads/abc", "path"],
  ["/api/customers.csv/../queues", "path"],
  ["//evil.example/api/customers.csv", "path"],
  ["https://evil.example/api/customers.csv", "path"],
  ["/\\evil.example/api/customers.csv", "path"],
  ["api/customers.csv", "path"],
  ["/api/customers.csv#here", "path"],
  ["/api/customers.csv?search=c1", "path.search"],
  ["/api/orders.csv?limit=1", "path.limit"],
  ["/api/orders.csv?type=gift", "path.type"],
  ["/api/orders.csv?type=refund&type=purchase", "path.type"],
  ["/api/orders.csv?from=yesterday", "from"],
  ["/api/campaigns/k/log.csv?status=lost", "path.status"],
])("refuses a link to %s, and says what is wrong with it", async (path, at) => {
  const { status, json } = await running.call("POST", "/api/downloads", { path }, KEY);
  expect([400, 422]).toContain(status);
  expect(json.errors[0].path).toBe(at);
});

it("makes no link to what is not there, and none without a key", async () => {
  for (const path of ["/api/segments/none/customers.csv", "/api/campaigns/none/log.csv", "/api/batches/none/errors.csv"])
    expect([path, (await running.call("POST", "/api/downloads", { path }, KEY)).status]).toEqual([path, 404]);
  expect((await running.call("POST", "/api/downloads", { path: "/api/customers.csv" })).status).toBe(401);
  expect((await running.call("POST", "/api/downloads", { path: 7 }, KEY)).status).toBe(422);
});

it("a token that nobody was given finds nothing, asks the store nothing, and opens nothing else", async () => {
  await linkTo("/api/customers.csv");
  lines = [];
  for (const token of ["x", "0".repeat(96), "a".repeat(5_000), "constructor"])
    expect([token, (await running.call("GET", `/downloads/${token}`)).status]).toEqual([token, 404]);
  expect(lines.filter((line) => line.includes("idempotency"))).toEqual([]);
  expect((await running.call("GET", "/downloads/../api/customers.csv")).status).toBe(401);
  expect((await running.call("GET", "/downloads/")).status).toBe(404);
});

it("only GET opens a link, and looking at it with HEAD leaves it", async () => {
  const url = await linkTo("/api/customers.csv");
  for (const method of ["HEAD", "POST", "DELETE"])
    expect([method, (await running.call(method, url)).status]).toEqual([method, 405]);
  expect((await running.call("GET", url)).status).toBe(200);
});

it("of many who open a link at once one gets the file", async () => {
  const url = await linkTo("/api/customers.csv");
  const answers = await Promise.all(Array.from({ length: 20 }, () => running.call("GET", url)));
  expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array.from({ length: 19 }, () => 404)]);
});

it("no line of the log has the token, in whatever state it is", async () => {
  const url = await linkTo("/api/customers.csv");
  for (let turn = 0; turn < 2; turn++) await running.call("GET", url);
  await running.call("GET", `${url}/more`);
  const token = url.split("/").at(-1) ?? "";
  expect(lines.filter((line) => line.includes("/downloads/:token"))).toHaveLength(2);
  expect(lines.join("\n")).not.toContain(token);
});

it("without keys a link is for this machine, as all else is", async () => {
  const local = await runningApp();
  const { json } = await local.call("POST", "/api/downloads", { path: "/api/customers.csv" });
  expect((await local.call("GET", `http://crm.example.com${json.url}`)).status).toBe(403);
  expect((await local.call("GET", json.url)).status).toBe(200);
  await local.close();
});
