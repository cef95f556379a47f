import { afterAll, beforeAll, expect, it } from "vitest";
import { type RunningApp, runningApp } from "../running-app.fixture.js";

const OURS = "https://console.example.com";
const THEIRS = "https://evil.example";
const KEY = { authorization: "Bearer s3cret" };

let running: RunningApp;
beforeAll(async () => {
  running = await runningApp({ apiKey: "s3cret", corsOrigins: [OURS, "http://localhost:5173"], messageIdOf: () => "a:b" });
});
afterAll(() => running.close());

function preflight(origin: string, path = "/api/customers") {
  const headers = { origin, "access-control-request-method": "POST", "access-control-request-headers": "authorization" };
  return running.call("OPTIONS", path, undefined, headers);
}

it("answers a preflight of an origin that is named, without a key", async () => {
  for (const origin of [OURS, "http://localhost:5173"]) {
    const { status, headers } = await preflight(origin);
    expect([status, headers.get("access-control-allow-origin")]).toEqual([204, origin]);
    expect(headers.get("access-control-allow-headers")).toMatch(/Authorization.*Idempotency-Key.*Last-Event-ID/);
    expect(headers.get("access-control-allow-methods")).toMatch(/PATCH/);
    expect(headers.get("access-control-allow-credentials")).toBeNull();
    expect(headers.get("x-request-id")).not.toBeNull();
  }
});

it.each([THEIRS, "https://console.example.com.evil.example", "http://console.example.com", "null", "*"])(
  "answers none of %s, nor lets it read",
  async (origin) => {
    const { status, headers } = await preflight(origin);
    expect([status, headers.get("access-control-allow-origin")]).toEqual([401, null]);
    const read = await running.call("GET", "/api/customers", undefined, { ...KEY, origin });
    expect([read.headers.get("access-control-allow-origin"), read.headers.get("vary")]).toEqual([null, "Origin"]);
  },
);

it("lets a page that is named read what it asks for with a key, refusals too", async () => {
  for (const [path, headers, status] of [
    ["/api/customers", KEY, 200],
    ["/api/customers/nobody", KEY, 404],
    ["/api/customers?limit=x", KEY, 400],
    ["/nothing", KEY, 404],
    ["/api/customers", {}, 401],
    ["/api/batches/none/errors.csv", KEY, 404],
    ["/openapi.json", {}, 200],
  ] as const) {
    const answer = await running.call("GET", path, undefined, { ...headers, origin: OURS });
    expect([path, answer.status, answer.headers.get("access-control-allow-origin")]).toEqual([path, status, OURS]);
    expect(answer.headers.get("access-control-expose-headers")).toMatch(/ETag.*Location.*Retry-After.*X-Request-Id/);
  }
});

it("asks no origin for its name where a token is the proof, and OPTIONS that is no preflight for a key", async () => {
  expect((await running.call("POST", "/unsubscribe/t", undefined, { origin: THEIRS })).status).toBe(200);
  expect((await running.call("OPTIONS", "/api/customers", undefined, { origin: OURS })).status).toBe(401);
});

it("changes nothing without a key", async () => {
  const keyless = await runningApp({ corsOrigins: [OURS] });
  for (const method of ["GET", "OPTIONS"]) {
    const headers = { origin: OURS, "access-control-request-method": "GET" };
    const answer = await keyless.call(method, "/api/customers", undefined, headers);
    expect([answer.status, answer.headers.get("access-control-allow-origin")]).toEqual([403, null]);
  }
  await keyless.close();
});
