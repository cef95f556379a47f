import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RunningApp, runningApp } from "../../running-app.fixture.js";

let running: RunningApp;
let call: RunningApp["call"];
beforeAll(async () => {
  running = await runningApp();
  call = running.call;
});
afterAll(() => running.close());

const CSV = { "content-type": "text/csv" };
const map = { id: "No", name: { columns: ["First", "Last"] } };

describe("stored maps", () => {
  it("are made, changed by version, listed by name and forgotten", async () => {
    const url = "/api/imports/maps/our%20shop";
    const made = await call("PUT", url, { kind: "customers", map });
    expect(made.json).toMatchObject({ name: "our shop", kind: "customers", map, version: 1 });
    expect(made.headers.get("etag")).toBe('"1"');
    expect((await call("PUT", url, { kind: "customers", map: { id: "Nr" } }, { "if-match": '"7"' })).status).toBe(412);
    expect((await call("PUT", url, { kind: "customers", map }, { "if-match": '"1"' })).json.version).toBe(2);
    await call("PUT", "/api/imports/maps/another", { kind: "customers", map });
    const names = (await call("GET", "/api/imports/maps")).json.items.map(({ name }: { name: string }) => name);
    expect(names).toEqual(["another", "our shop"]);
    expect((await call("DELETE", "/api/imports/maps/another")).status).toBe(204);
    expect((await call("GET", "/api/imports/maps/another")).status).toBe(404);
    expect((await call("GET", url)).json.map).toEqual(map);
  });

  it("are taken by their name, for rows of their kind", async () => {
    await call("PUT", "/api/imports/maps/till", { kind: "customers", map });
    const { status, json } = await call("POST", "/api/customers?map=till", "No,First,Last\n7,Ada,Lovelace\n", CSV);
    expect(status).toBe(202);
    await running.settle();
    expect((await call("GET", json.statusUrl)).json).toMatchObject({ accepted: 1 });
    expect((await call("GET", "/api/customers/7")).json).toMatchObject({ name: "Ada Lovelace" });
    const other = await call("POST", "/api/orders?map=till", "No,First,Last\n7,Ada,Lovelace\n", CSV);
    expect([other.status, other.json.detail]).toEqual([400, "till is a map for customers."]);
  });

  it.each([
    [409, "shopify-orders", { kind: "customers", map }],
    [400, "wrong", { kind: "customers", map: { nmae: "x" } }],
    [400, "wrong", { kind: "orders", map }],
    [422, "wrong", { kind: "people", map }],
    [422, "a~b", { kind: "customers", map }],
  ])("are refused with %i: %s", async (status, name, body) => {
    expect((await call("PUT", `/api/imports/maps/${encodeURIComponent(name)}`, body)).status).toBe(status);
  });

  it("and presets are shown, each with its map", async () => {
    const { json } = await call("GET", "/api/imports/presets");
    expect(json).toContainEqual(expect.objectContaining({ name: "stripe-charges", kind: "orders", title: expect.any(String) }));
  });
});
