import { afterEach, expect, it } from "vitest";
import { type RunningApp, runningApp } from "../running-app.fixture.js";

let running: RunningApp | undefined;
afterEach(async () => {
  await running?.close();
  running = undefined;
});

it("finds customers by the start of their id, e-mail, phone number or name, page by page", async () => {
  running = await runningApp();
  const { call, settle } = running;
  await call("POST", "/api/customers", [
    { id: "c1", name: "Ann O'Neil", email: "Ann@Bücher.example", phone: "+49 151 12345" },
    { id: "c2", name: "Annika Smith" },
    { id: "Smith-7" },
  ]);
  await settle();
  const search = async (query: string) => {
    const { status, json } = await call("GET", `/api/customers?${query}`);
    return status === 200 ? json.items.map(({ id }: { readonly id: string }) => id) : status;
  };
  expect(await search("search=ANN")).toEqual(["c1", "c2"]);
  expect(await search("search=neil")).toEqual(["c1"]);
  expect(await search("search=%2B49%20151-1")).toEqual(["c1"]);
  expect(await search("search=0049151")).toEqual(["c1"]);
  expect(await search("search=ann@x")).toEqual(["c1"]);
  expect(await search("search=smith")).toEqual(["c2", "Smith-7"]);
  expect(await search("search=annika%20%20sm")).toEqual(["c2"]);
  expect(await search("search=ith")).toEqual([]);
  expect(await search("search=%20")).toBe(400);
  expect(await search("search=a&email=a@example.com")).toBe(400);
  expect(await search("search=a&search=b")).toBe(400);
  expect(await search("email=ANN@b%C3%BCcher.example")).toEqual(["c1"]);

  const first = await call("GET", "/api/customers?search=smith&limit=1");
  const second = await call("GET", `/api/customers?search=smith&limit=1&cursor=${first.json.nextCursor}`);
  expect([first.json.items[0].id, second.json.items[0].id, second.json.nextCursor]).toEqual(["c2", "Smith-7", null]);
  expect(await search("search=smith&cursor=x")).toBe(400);
});

it("shows what happened to a customer, of some kinds or all", async () => {
  running = await runningApp();
  const { call, settle } = running;
  const consent = { email: { state: "withdrawn", at: "2026-01-02T00:00:00Z", by: "complained" } };
  await call("POST", "/api/customers", { id: "c1", email: "ann@example.com", consent });
  await settle();
  await call("POST", "/api/orders", { id: "o1", customerId: "c1", amount: 5, placedAt: "2026-01-03" });
  await settle();
  const { json } = await call("GET", "/api/customers/c1/timeline?limit=2");
  expect(json.items).toMatchObject([
    { at: "2026-01-03T00:00:00.000Z", kind: "order", order: { id: "o1", amount: 5 } },
    { at: "2026-01-02T00:00:00.000Z", kind: "evidence", channel: "email", evidence: "complained" },
  ]);
  const rest = await call("GET", `/api/customers/c1/timeline?kinds=consent,order&cursor=${json.nextCursor}`);
  expect(rest.json).toMatchObject({ items: [{ kind: "consent", state: "withdrawn", by: "complained" }], nextCursor: null });
  expect((await call("GET", "/api/customers/c1/timeline?kinds=gifts")).status).toBe(400);
  expect((await call("GET", "/api/customers/nobody/timeline")).status).toBe(404);
});
