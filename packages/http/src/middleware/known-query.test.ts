import { afterAll, beforeAll, expect, it } from "vitest";
import { type RunningApp, runningApp } from "../running-app.fixture.js";

interface Operation {
  readonly parameters?: readonly { readonly in: string; readonly name: string }[];
}

let running: RunningApp;
beforeAll(async () => {
  running = await runningApp();
});
afterAll(() => running.close());

it("every route of the API refuses a query parameter that it does not know, and names those that it does", async () => {
  const { json } = await running.call("GET", "/openapi.json");
  const operations = Object.entries(json.paths as Record<string, Record<string, Operation>>).flatMap(([path, methods]) =>
    path.startsWith("/api/") ? Object.entries(methods).map(([method, operation]) => ({ path, method, operation })) : [],
  );
  expect(operations.length).toBeGreaterThan(40);
  for (const { path, method, operation } of operations) {
    const known = (operation.parameters ?? []).filter((one) => one.in === "query").map(({ name }) => name);
    const query = new URLSearchParams([...known.map((name) => [name, "1"]), ["nonsense", "1"]]);
    const answer = await running.call(method.toUpperCase(), `${path.replace("{id}", "x")}?${query}`);
    expect([path, method, answer.status]).toEqual([path, method, 400]);
    expect(answer.json.detail).toContain('"nonsense"');
    expect(answer.json.errors).toEqual([{ path: "nonsense", message: expect.any(String) }]);
    for (const name of known) expect(answer.json.detail).toContain(name);
  }
});

it("leaves unknown paths and methods their own problems, and pages outside the API their queries", async () => {
  expect((await running.call("GET", "/api/nothing?nonsense=1")).status).toBe(404);
  expect((await running.call("DELETE", "/api/log?nonsense=1")).status).toBe(405);
  expect((await running.call("GET", "/healthz?probe=1")).status).toBe(200);
  expect((await running.call("HEAD", "/api/customers?nonsense=1")).status).toBe(400);
});
