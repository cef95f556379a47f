import { afterAll, beforeAll, expect, it } from "vitest";
import { type RunningApp, runningApp } from "../running-app.fixture.js";

interface Parameter {
  readonly in: string;
  readonly name: string;
  readonly required?: boolean;
  readonly schema: {
    readonly type?: string;
    readonly enum?: readonly unknown[];
    readonly format?: string;
    readonly minLength?: number;
  };
}

interface Route {
  readonly method: string;
  readonly path: string;
  readonly parameters: readonly Parameter[];
  readonly hasBody: boolean;
  readonly takesJson: boolean;
}

let running: RunningApp;
let routes: readonly Route[];
beforeAll(async () => {
  running = await runningApp();
  const { json } = await running.call("GET", "/openapi.json");
  const paths = json.paths as Record<string, Record<string, { parameters?: Parameter[]; requestBody?: { content: object } }>>;
  routes = Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, { parameters = [], requestBody }]) => ({
      method: method.toUpperCase(),
      path: path.replace("{id}", "none"),
      parameters,
      hasBody: requestBody !== undefined,
      takesJson: requestBody !== undefined && "application/json" in requestBody.content,
    })),
  );
});
afterAll(() => running.close());

async function expectRefused(
  allowed: readonly number[],
  method: string,
  path: string,
  body?: unknown,
  type?: string,
): Promise<void> {
  const answer = await running.call(method, path, body, type === undefined ? {} : { "content-type": type });
  const told = `${method} ${path} ${JSON.stringify(body)}: ${answer.status} ${answer.text}`;
  expect(allowed, told).toContain(answer.status);
  expect(answer.headers.get("content-type"), told).toBe("application/problem+json");
  expect(answer.json, told).toMatchObject({
    type: `urn:crm-engine:problem:${answer.json.code}`,
    status: answer.status,
    title: expect.any(String),
    detail: expect.any(String),
    requestId: answer.headers.get("x-request-id"),
  });
}

/** The query with one parameter changed; those that are required are there. */
function withQuery(route: Route, name: string, value: string): string {
  const query = neededQuery(route);
  query.set(name, value);
  return `${route.path}?${query}`;
}

/** What a route must be asked with. */
function neededQuery({ parameters }: Route): URLSearchParams {
  const query = new URLSearchParams();
  for (const { in: where, name, required, schema } of parameters)
    if (where === "query" && required) query.set(name, String(schema.enum?.[0] ?? "some"));
  return query;
}

it("every route of the API refuses a query parameter that it has not", async () => {
  const ours = routes.filter(({ path }) => path.startsWith("/api/"));
  expect(ours.length).toBeGreaterThan(40);
  for (const route of ours) {
    await expectRefused([400], route.method, withQuery(route, "surprise", "1"), route.hasBody ? {} : undefined);
  }
});

it("every route refuses a query parameter whose value is none of those described", async () => {
  let tried = 0;
  for (const route of routes) {
    for (const { in: where, name, schema } of route.parameters) {
      if (where !== "query" || route.hasBody) continue;
      const isFree = schema.type === "string" && !schema.enum && !schema.format && !schema.minLength;
      if (isFree) continue;
      tried += 1;
      await expectRefused([400, 404], route.method, withQuery(route, name, schema.minLength ? "" : "no such"));
    }
  }
  expect(tried).toBeGreaterThan(15);
});

it("every route that takes JSON refuses what is none, what is of another kind, and what is too much", async () => {
  const taking = routes.filter(({ takesJson }) => takesJson);
  expect(taking.length).toBeGreaterThan(12);
  for (const { method, path } of taking) {
    await expectRefused([400], method, path, '{"a":', "application/json");
    await expectRefused([400], method, path, Buffer.from([0x22, 0xff, 0x22]), "application/json");
    await expectRefused([415], method, path, "a=b", "application/x-www-form-urlencoded");
    for (const body of [null, 7, '"text"', true, { surprise: 1 }])
      await expectRefused([422], method, path, body, "application/json");
    await expectRefused([400, 404, 415, 422], method, path);
  }
});

it("every route that takes a file and no JSON refuses what is none", async () => {
  const taking = routes.filter(({ hasBody, takesJson }) => hasBody && !takesJson);
  expect(taking.map(({ path }) => path)).toEqual(["/api/imports/preview"]);
  for (const route of taking) {
    const path = `${route.path}?${neededQuery(route)}`;
    await expectRefused([415], route.method, path, {}, "application/json");
    await expectRefused([415], route.method, path, "a=b", "application/x-www-form-urlencoded");
    await expectRefused([415], route.method, path);
    await expectRefused([400], route.method, path, "", "text/csv");
    await expectRefused([400], route.method, route.path, "id\na\n", "text/csv");
  }
});

it("every route that takes no body refuses one that is no JSON", async () => {
  for (const { method, path } of routes.filter(({ method, hasBody }) => !hasBody && method !== "GET"))
    await expectRefused([400], method, path, "{oops", "application/json");
});
