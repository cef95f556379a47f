import { CrmError } from "@crm-engine/core";
import { memoryStore } from "@crm-engine/core/memory";
import type { Store } from "@crm-engine/core/ports";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RunningApp, runningApp } from "../running-app.fixture.js";

const OPEN = [
  "/",
  "/docs",
  "/docs/start.js",
  "/docs/swagger-ui.css",
  "/docs/swagger-ui-bundle.js",
  "/openapi.json",
  "/healthz",
  "/readyz",
];

describe("with a key", () => {
  let running: RunningApp;
  beforeAll(async () => {
    running = await runningApp({ apiKey: "s3cret" });
  });
  afterAll(() => running.close());

  it("wants it for everything but a few pages", async () => {
    for (const path of OPEN) expect([path, (await running.call("GET", path)).status]).toEqual([path, 200]);
    for (const authorization of ["", "Bearer", "Bearer wrong", "Bearer s3cret2", "Basic s3cret", "s3cret"]) {
      for (const path of ["/api/customers", "/nothing", "/docsx"]) {
        const answer = await running.call("GET", path, undefined, authorization ? { authorization } : {});
        expect([authorization, path, answer.status]).toEqual([authorization, path, 401]);
        expect(answer.headers.get("www-authenticate")).toMatch(/^Bearer/);
      }
    }
    expect((await running.call("POST", "/api/customers", { id: "x" })).status).toBe(401);
    expect((await running.call("GET", "/api/customers", undefined, { authorization: "Bearer s3cret" })).json.items).toEqual([]);
    expect(
      (await running.call("GET", "http://crm.example.com/api/customers", undefined, { authorization: "bearer s3cret" })).status,
    ).toBe(200);
  });
});

it("takes a single object in with a key while the store is away: the broker alone is needed", async () => {
  const store = memoryStore();
  let isAway = false;
  const away = <T extends object>(port: T): T =>
    new Proxy(port, {
      get: (target, name, receiver) => {
        const member: unknown = Reflect.get(target, name, receiver);
        if (typeof member !== "function" || !isAway) return member;
        return () => Promise.reject(new CrmError("unavailable", "The store is away."));
      },
    });
  const ports = Object.entries(store).map(([name, port]) => [name, typeof port === "object" ? away(port) : port]);
  const running = await runningApp({ apiKey: "s3cret", store: Object.fromEntries(ports) as Store, working: false });
  const post = (body: unknown) => running.call("POST", "/api/customers", body, { authorization: "Bearer s3cret" });
  expect((await post({ id: "a" })).status).toBe(202);
  isAway = true;
  expect((await post({ id: "b" })).status).toBe(202);
  expect((await post([{ id: "c" }])).status, "the record of a batch needs the store").toBe(503);
  expect((await running.call("POST", "/api/customers", { id: "d" }, { authorization: "Bearer wrong" })).status).toBe(401);
  isAway = false;
  await running.close();
});

describe("without keys", () => {
  let running: RunningApp;
  beforeAll(async () => {
    running = await runningApp();
  });
  afterAll(() => running.close());

  it.each(["localhost", "localhost:3000", "127.0.0.1:3000", "127.1.2.3", "[::1]:3000", "app.localhost"])(
    "answers to %s",
    async (host) => {
      expect((await running.call("GET", `http://${host}/api/customers`)).status).toBe(200);
    },
  );

  it.each(["example.com", "127.0.0.1.example.com", "localhost.example.com", "10.0.0.1", "[::2]"])(
    "does not answer to %s",
    async (host) => {
      for (const path of ["/api/customers", "/", "/healthz"])
        expect((await running.call("GET", `http://${host}${path}`)).status).toBe(403);
    },
  );

  it("answers its own pages, and no other's", async () => {
    const ask = (origin: string) => running.call("GET", "http://localhost:3000/api/customers", undefined, { origin });
    expect((await ask("http://localhost:3000")).status).toBe(200);
    for (const origin of ["http://localhost:3001", "https://localhost:3000", "http://evil.example", "null"])
      expect((await ask(origin)).status).toBe(403);
  });
});

it("sends headers that keep browsers in, and lets no other origin read", async () => {
  const running = await runningApp();
  const { headers } = await running.call("GET", "/docs");
  expect(headers.get("content-security-policy")).toContain("default-src 'self'");
  expect(headers.get("x-content-type-options")).toBe("nosniff");
  expect(headers.get("access-control-allow-origin")).toBeNull();
  expect((await running.call("GET", "/api/customers")).headers.get("cache-control")).toBe("no-store");
  await running.close();
});

it("logs the route's pattern, and nothing of what was in the request", async () => {
  const lines: string[] = [];
  const note = (fields: object, message: string) => void lines.push(JSON.stringify({ ...fields, message }));
  const running = await runningApp({ apiKey: "s3cret", logger: { debug: () => undefined, info: note, warn: note, error: note } });
  const authorization = "Bearer s3cret";
  await running.call("GET", "/api/customers/private-id?cursor=private", undefined, { authorization });
  await running.call("POST", "/api/customers", { id: "private-id", email: "private@example.com" }, { authorization });
  await running.engine.close();
  expect((await running.call("GET", "/api/customers/private-id", undefined, { authorization })).status).toBe(503);
  expect(lines).toHaveLength(3);
  expect(JSON.parse(lines[0] ?? "")).toEqual({
    requestId: expect.any(String),
    method: "GET",
    route: "/api/customers/:id",
    status: 400,
    ms: expect.any(Number),
    message: "request",
  });
  expect(JSON.parse(lines[2] ?? "")).toMatchObject({
    status: 503,
    message: "request failed",
    error: { name: "CrmError", code: "closed" },
  });
  expect(lines.join("\n")).not.toMatch(/private|s3cret/);
});
