import { expect, it } from "vitest";
import { runningApp } from "./running-app.fixture.js";

const ROUTES = [
  "POST /api/customers",
  "GET /api/customers",
  "GET /api/customers.csv",
  "GET /api/customers/{id}",
  "GET /api/customers/{id}/contactable",
  "GET /api/customers/{id}/timeline",
  "DELETE /api/customers/{id}",
  "POST /api/orders",
  "GET /api/orders",
  "GET /api/orders.csv",
  "GET /api/orders/totals",
  "GET /api/orders/analytics",
  "GET /api/orders/{id}",
  "GET /api/batches",
  "GET /api/batches/{id}",
  "GET /api/batches/{id}/errors.csv",
  "GET /api/batches/{id}/events",
  "GET /api/imports/presets",
  "POST /api/imports/preview",
  "GET /api/imports/maps",
  "GET /api/imports/maps/{name}",
  "PUT /api/imports/maps/{name}",
  "DELETE /api/imports/maps/{name}",
  "POST /api/segments",
  "GET /api/segments",
  "GET /api/segments/{id}",
  "PUT /api/segments/{id}",
  "DELETE /api/segments/{id}",
  "DELETE /api/suppressions",
  "POST /api/segments/estimate",
  "POST /api/segments/explain",
  "GET /api/segments/fields",
  "GET /api/segments/{id}/analytics",
  "GET /api/segments/{id}/customers",
  "GET /api/segments/{id}/customers.csv",
  "POST /api/campaigns",
  "GET /api/campaigns",
  "GET /api/campaigns/{id}",
  "PATCH /api/campaigns/{id}",
  "DELETE /api/campaigns/{id}",
  "POST /api/campaigns/{id}/launch",
  "POST /api/campaigns/{id}/pause",
  "POST /api/campaigns/{id}/resume",
  "POST /api/campaigns/{id}/cancel",
  "POST /api/campaigns/{id}/schedule",
  "POST /api/campaigns/{id}/unschedule",
  "POST /api/campaigns/{id}/retry-failed",
  "POST /api/campaigns/{id}/unknown",
  "POST /api/campaigns/{id}/archive",
  "POST /api/campaigns/{id}/clone",
  "POST /api/campaigns/{id}/preview",
  "POST /api/campaigns/{id}/test",
  "GET /api/campaigns/{id}/stats",
  "GET /api/campaigns/{id}/report",
  "GET /api/dashboard",
  "GET /api/campaigns/{id}/events",
  "GET /api/campaigns/{id}/log",
  "GET /api/campaigns/{id}/log.csv",
  "GET /api/log",
  "POST /api/downloads",
  "GET /downloads/{token}",
  "POST /api/receipts",
  "POST /api/suppressions",
  "PUT /api/receipts",
  "GET /api/queues",
  "GET /api/workers",
  "GET /api/vendor",
  "GET /api/findings",
  "GET /api/dead-letters",
  "GET /api/erasures/{id}",
  "POST /api/dead-letters/replay",
  "POST /api/dead-letters/discard",
  "GET /api/suppressions",
  "GET /healthz",
  "GET /readyz",
];

it("describes every route, from the schemas that validate", async () => {
  const running = await runningApp();
  const { json: document } = await running.call("GET", "/openapi.json");
  expect(document).toMatchObject({ openapi: "3.1.0", info: { title: expect.any(String), version: expect.any(String) } });
  const operations = Object.entries(document.paths as Record<string, object>).flatMap(([path, item]) =>
    Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`),
  );
  expect(operations.sort()).toEqual([...ROUTES].sort());

  const served = new Set(
    running.app.routes
      .filter(({ method }) => method !== "ALL")
      .map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, "{$1}")}`),
  );
  const undescribed = [...served].filter((route) => !ROUTES.includes(route) && !/^GET \/(docs.*|openapi\.json)?$/.test(route));
  expect(undescribed).toEqual([]);

  const { schemas } = document.components;
  expect(schemas.CustomerInput).toMatchObject({ type: "object", additionalProperties: false });
  expect(schemas.CustomerInput.properties).toHaveProperty("attributes");
  expect(schemas.OrderInput.required).toEqual(expect.arrayContaining(["id", "amount", "placedAt"]));
  expect(JSON.stringify(schemas.Rule)).toContain("#/components/schemas/OrderRule");
  expect(schemas.OrderRule.anyOf.length).toBeGreaterThan(3);
  expect(schemas.Rule.anyOf.length).toBeGreaterThan(3);
  expect(schemas.Customer.properties).not.toHaveProperty("stamp");
  for (const [ref] of JSON.stringify(document).matchAll(/"#\/components\/schemas\/(\w+)"/g)) {
    expect(schemas).toHaveProperty(ref.slice('"#/components/schemas/'.length, -1));
  }
  await running.close();
});

it("shows it from files of its own", async () => {
  const running = await runningApp();
  const { text } = await running.call("GET", "/docs");
  expect(text).not.toMatch(/https?:\/\//);
  for (const [, path] of text.matchAll(/(?:src|href)="([^"]+)"/g))
    expect([path, (await running.call("GET", path ?? "")).status]).toEqual([path, 200]);
  expect((await running.call("GET", "/")).text).toContain('href="/docs"');
  await running.close();
});

it("is live while it runs, and ready while store and queue answer", async () => {
  const running = await runningApp();
  expect((await running.call("GET", "/readyz")).json).toMatchObject({
    status: "ready",
    store: { name: expect.any(String), durable: false },
  });
  await running.engine.close();
  expect((await running.call("GET", "/healthz")).status).toBe(200);
  const unready = await running.call("GET", "/readyz");
  expect(unready.status).toBe(503);
  expect(unready.headers.get("retry-after")).toMatch(/^\d+$/);
});

it("describes ETags where something with a version is answered, and If-Match where it is changed", async () => {
  const { call, close } = await runningApp();
  const { paths } = (await call("GET", "/openapi.json")).json;
  for (const path of ["/api/campaigns/{id}", "/api/segments/{id}"]) {
    const change = path === "/api/segments/{id}" ? "put" : "patch";
    for (const method of [change, "delete"])
      expect(paths[path][method].parameters, `${method} ${path}`).toContainEqual(expect.objectContaining({ name: "If-Match" }));
    for (const method of ["get", change]) expect(paths[path][method].responses["200"].headers).toHaveProperty("ETag");
  }
  expect(paths["/api/campaigns"].post.responses["201"].headers).toHaveProperty("ETag");
  await close();
});
