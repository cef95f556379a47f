import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type RunningApp, runningApp } from "../running-app.fixture.js";

let running: RunningApp;
let id: string;

beforeEach(async () => {
  running = await runningApp();
  await running.call("POST", "/api/customers", [
    { id: "ada", email: "ada@example.com" },
    { id: "bob", email: "bob@example.com" },
  ]);
  await running.settle();
  const segment = await running.call("POST", "/api/segments", { name: "All", rule: { all: [] } });
  const message = { channel: "email", subject: "Hi", body: "Hi {{ customer.id }}" };
  id = (await running.call("POST", "/api/campaigns", { name: "Hi", segmentId: segment.json.id, message })).json.id;
});
afterEach(() => running.close());

const act = (action: string, body?: unknown) => running.call("POST", `/api/campaigns/${id}/${action}`, body);

describe("a campaign's schedule", () => {
  it("is shown while it stands, and goes with unschedule, which may be repeated", async () => {
    const scheduled = await act("schedule", { at: "2099-07-01T09:00:00", timeZone: "Europe/London", maxLatenessMinutes: 5 });
    expect(scheduled.status).toBe(200);
    const schedule = { at: "2099-07-01T08:00:00.000Z", timeZone: "Europe/London", maxLatenessMinutes: 5 };
    expect(scheduled.json).toMatchObject({ status: "scheduled", schedule });
    const launched = await act("launch");
    expect(launched).toMatchObject({ status: 409, json: { state: "scheduled", allowed: ["unschedule", "cancel"] } });
    for (let turn = 0; turn < 2; turn++) {
      const { status, json } = await act("unschedule");
      expect({ status, state: json.status, schedule: json.schedule }).toEqual({
        status: 200,
        state: "draft",
        schedule: undefined,
      });
    }
  });

  it.each([
    [{ at: "2001-01-01T00:00:00Z" }, "at"],
    [{ at: "soon" }, "at"],
    [{ at: "2099-01-01T00:00:00", timeZone: "Mars/Olympus" }, "timeZone"],
    [{}, "at"],
  ])("refuses %j with 422 and says where", async (body, path) => {
    const { status, json } = await act("schedule", body);
    expect({ status, path: json.errors[0].path }).toEqual({ status: 422, path });
  });
});

it("retries who failed in a new generation, whose key the log shows, and 409s where nobody failed", async () => {
  await act("launch");
  await running.settle();
  expect((await act("retry-failed")).status).toBe(409);
  await running.call("POST", "/api/receipts", { messageId: `${id}:ada`, status: "failed", reason: "mailbox full" });
  await running.settle();
  expect(await act("retry-failed", { reason: "gone" })).toMatchObject({
    status: 409,
    json: { detail: expect.stringContaining('"mailbox full"') },
  });
  expect(await act("retry-failed", { reasons: ["mailbox full"] })).toMatchObject({ status: 422 });
  const retried = await act("retry-failed", { reason: "mailbox full" });
  expect(retried).toMatchObject({ status: 200, json: { status: "running" } });
  await running.settle();
  const { json } = await running.call("GET", `/api/campaigns/${id}/log`);
  expect(json.items.map((row: { messageId: string; status: string }) => [row.messageId, row.status])).toEqual([
    [`${id}:ada~2`, "sent"],
    [`${id}:bob`, "sent"],
  ]);
  expect((await running.call("GET", `/api/campaigns/${id}`)).json.status).toBe("completed");
});

it("sends a test to one address and leaves the campaign a draft without a log", async () => {
  expect(await act("test", { to: "me@example.com" })).toMatchObject({ status: 200, json: { status: "draft" } });
  expect(await act("test", { to: "nobody" })).toMatchObject({ status: 422, json: { errors: [{ path: "to" }] } });
  expect((await running.call("GET", `/api/campaigns/${id}/log`)).json.items).toEqual([]);
});

it("refuses to settle unknown rows in a way that does not exist, or of another campaign", async () => {
  await act("launch");
  await running.settle();
  expect((await act("unknown", { action: "guess" })).status).toBe(422);
  expect((await act("unknown", { action: "skip", ids: ["other:ada"] })).status).toBe(422);
});

it("previews the message with a body, an empty one, or none, and says what is wrong with one", async () => {
  for (const body of [undefined, {}, { customerId: "ada" }]) {
    expect(await act("preview", body)).toMatchObject({
      status: 200,
      json: { customer: { id: "ada" }, to: "ada@example.com", body: "Hi ada", text: "Hi ada", missing: [] },
    });
  }
  expect(await act("preview", { customerId: "ghost" })).toMatchObject({ status: 404 });
  expect(await act("preview", { customer: "ada" })).toMatchObject({ status: 422, json: { errors: [{ path: "customer" }] } });
});

it("tests to several addresses, and answers with the campaign and what the vendor said of each", async () => {
  const { status, json } = await act("test", { to: ["a@example.com", "b@example.com"], customerId: "bob" });
  expect({ status, state: json.status }).toEqual({ status: 200, state: "draft" });
  expect(json.test).toMatchObject({
    customerId: "bob",
    results: [
      { to: "a@example.com", status: "accepted" },
      { to: "b@example.com", status: "accepted" },
    ],
  });
  expect(await act("test", { to: [] })).toMatchObject({ status: 422, json: { errors: [{ path: "to" }] } });
});

it("copies a campaign once for a key, archives it, and lists by name, state and archive", async () => {
  const copy = () => running.call("POST", `/api/campaigns/${id}/clone`, undefined, { "Idempotency-Key": "copy-1" });
  const { status, json } = await copy();
  expect({ status, name: json.name }).toEqual({ status: 201, name: "Copy of Hi" });
  expect((await copy()).json.id).toBe(json.id);
  const idsOf = async (query: string): Promise<readonly string[]> => {
    const list = await running.call("GET", `/api/campaigns${query}`);
    expect(list.status, list.text).toBe(200);
    return list.json.items.map((campaign: { readonly id: string }) => campaign.id);
  };
  expect(await act("archive")).toMatchObject({ status: 200, json: { archived: true } });
  expect([await idsOf(""), await idsOf("?archived=true"), await idsOf("?archived=false")]).toEqual([[json.id], [id], [json.id]]);
  expect(await act("archive", { archived: false })).toMatchObject({ status: 200, json: { archived: false } });
  expect(await idsOf("?search=COPY&status=draft")).toEqual([json.id]);
  expect(await idsOf("?search=hi&limit=1")).toEqual([json.id]);
  expect(await act("archive", { archive: false })).toMatchObject({ status: 422, json: { errors: [{ path: "archive" }] } });
  for (const query of ["?status=done", "?archived=yes", "?name=hi"])
    expect((await running.call("GET", `/api/campaigns${query}`)).status, query).toBe(400);
});

describe("what two people edit", () => {
  it("carries its version as an ETag, wherever it is answered", async () => {
    const read = await running.call("GET", `/api/campaigns/${id}`);
    expect([read.headers.get("etag"), read.json.version]).toEqual(['"1"', 1]);
    const renamed = await running.call("PATCH", `/api/campaigns/${id}`, { name: "Ho" });
    expect([renamed.headers.get("etag"), renamed.json.version]).toEqual(['"2"', 2]);
    const again = { "Idempotency-Key": "once" };
    for (let turn = 0; turn < 2; turn++) {
      const copied = await running.call("POST", `/api/campaigns/${id}/clone`, undefined, again);
      expect([copied.status, copied.headers.get("etag")]).toEqual([201, '"1"']);
    }
    expect((await act("archive")).headers.get("etag")).toBe('"3"');
    const segments = await running.call("GET", `/api/segments/${read.json.segmentId}`);
    expect([segments.headers.get("etag"), segments.json.version]).toEqual(['"1"', 1]);
  });

  it("is changed by the first, and shown to the second with 412", async () => {
    const rename = (name: string, match: string) =>
      running.call("PATCH", `/api/campaigns/${id}`, { name }, { "If-Match": match });
    const both = await Promise.all(["A", "B"].map((name) => rename(name, '"1"')));
    expect(both.map(({ status }) => status).sort()).toEqual([200, 412]);
    const [won, lost] = both[0]?.status === 200 ? both : [...both].reverse();
    expect(lost?.json).toMatchObject({ type: "urn:crm-engine:problem:stale", title: "Changed meanwhile", status: 412 });
    expect([lost?.json.current, lost?.headers.get("etag")]).toEqual([won?.json, '"2"']);
    expect((await running.call("GET", `/api/campaigns/${id}`)).json).toEqual(won?.json);
    expect((await rename("C", '"9", "2"')).status).toBe(200);
    expect((await rename("D", "*")).status).toBe(200);
    for (const match of ['W/"4"', '"abc"', '"1"', '""']) expect((await rename("E", match)).status, match).toBe(412);
    for (const match of ["4", '"4', '"4" "5"', "x".repeat(2_000)]) expect((await rename("F", match)).status, match).toBe(400);
    expect((await running.call("DELETE", `/api/campaigns/${id}`, undefined, { "If-Match": '"1"' })).status).toBe(412);
    expect((await running.call("DELETE", `/api/campaigns/${id}`, undefined, { "If-Match": '"4"' })).status).toBe(204);
    expect((await rename("G", '"4"')).status).toBe(404);
  });

  it("is a segment too", async () => {
    const made = await running.call("POST", "/api/segments", { name: "S", rule: { all: [] } });
    const path = `/api/segments/${made.json.id}`;
    expect(made.headers.get("etag")).toBe('"1"');
    const body = { name: "T", rule: { any: [] } };
    const put = await running.call("PUT", path, body, { "If-Match": '"1"' });
    expect([put.status, put.headers.get("etag")]).toEqual([200, '"2"']);
    const late = await running.call("PUT", path, { name: "U", rule: { all: [] } }, { "If-Match": '"1"' });
    expect([late.status, late.json.current]).toEqual([412, put.json]);
    const late2 = await running.call("DELETE", path, undefined, { "If-Match": '"1"' });
    expect([late2.status, late2.json.current]).toEqual([412, put.json]);
    expect((await running.call("PUT", path, body)).status).toBe(200);
    expect((await running.call("DELETE", path, undefined, { "If-Match": '"3"' })).status).toBe(204);
  });
});
