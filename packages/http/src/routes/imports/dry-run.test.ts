import { CrmError } from "@crm-engine/core";
import { Hono } from "hono";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RunningApp, runningApp } from "../../running-app.fixture.js";
import { answerDryRun } from "./dry-run.js";

let running: RunningApp;
let call: RunningApp["call"];
beforeAll(async () => {
  running = await runningApp();
  call = running.call;
});
afterAll(() => running.close());

const COUNTS = { received: 3, added: 2, changed: 0, unchanged: 0, rejected: 1, suppressed: 0, errors: [] };

describe("?dryRun=true", () => {
  it.each([
    ["text/csv", "id,name\nd1,Ann\nd2,Bob\na~b,No\n"],
    ["application/x-ndjson", '{"id":"d1"}\n{"id":"d2"}\n{"id":"a~b"}\n'],
    ["application/json", '[{"id":"d1"},{"id":"d2"},{"id":"a~b"}]'],
  ])("answers what %s would do, and stores nothing, whatever its Idempotency-Key", async (type, body) => {
    for (let time = 0; time < 2; time++) {
      const headers = { "content-type": type, "idempotency-key": "same" };
      const { status, json } = await call("POST", "/api/customers?dryRun=true", body, headers);
      expect([status, json]).toEqual([200, { ...COUNTS, errors: [expect.objectContaining({ row: 3, path: "id" })] }]);
    }
    expect((await call("GET", "/api/customers/d1")).status).toBe(404);
    expect((await call("GET", "/api/batches")).json.items).toEqual([]);
  });

  it("takes one object, order lines by a map, and nothing but true and false", async () => {
    expect((await call("POST", "/api/customers?dryRun=true", { id: "one" })).json).toMatchObject({ received: 1, added: 1 });
    const map = encodeURIComponent(
      JSON.stringify({ id: "No", "customer.id": "Who", placedAt: "At", "item.sku": "Sku", "item.price": "Price" }),
    );
    const lines = "No,Who,At,Sku,Price\n1,ann,2026-01-01,a,2\n2,bob,2026-01-01,a,2\n1,ann,2026-01-01,b,3\n";
    const { json } = await call("POST", `/api/orders?dryRun=true&map=${map}`, lines, { "content-type": "text/csv" });
    expect(json).toMatchObject({ received: 3, added: 3 });
    expect((await call("POST", "/api/customers?dryRun=yes", { id: "one" })).status).toBe(400);
    expect((await call("POST", "/api/customers?dryRun=true", "nope,\n1,2\n", { "content-type": "text/csv" })).status).toBe(400);
  });

  it("that takes long is kept alive by white space, and says what went wrong after that", async () => {
    const answerOf = async (end: (resolve: (counts: typeof COUNTS) => void, reject: (error: Error) => void) => void) => {
      const app = new Hono().get("/", (c) =>
        answerDryRun(c as never, () => new Promise((resolve, reject) => setTimeout(() => end(resolve, reject), 60)), 10),
      );
      return (await app.request("/")).text();
    };
    const done = await answerOf((resolve) => resolve(COUNTS));
    expect(done).toMatch(/^\n{2,}\{/);
    expect(JSON.parse(done)).toEqual(COUNTS);
    const fault = new CrmError("unavailable", "The store is away.", { details: { ...COUNTS, rowsRead: 9 } });
    const broken = JSON.parse(await answerOf((_, reject) => reject(fault)));
    expect(broken).toEqual({ ...COUNTS, truncated: true, errors: [{ row: 9, path: "", message: "The store is away." }] });
  });
});
