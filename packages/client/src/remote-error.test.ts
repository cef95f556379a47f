import { type ErrorCode, hasCode } from "@crm-engine/core";
import { expect, it } from "vitest";
import { createClient } from "./create-client.js";
import { RemoteError } from "./remote-error.js";
import { servedApp } from "./served-app.fixture.js";

const caught = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => "nothing",
    (error: unknown) => error,
  );

it("is what the engine's own error is: code, details and words", async () => {
  const { client, engine } = await servedApp();
  const rule = { field: "totalSpend", op: "gt", value: "much" } as never;
  const draft = { name: "", segmentId: "s", message: { channel: "email", body: "Hi" } } as const;
  const faults: readonly [ErrorCode, (to: typeof client | typeof engine) => Promise<unknown>][] = [
    ["not_found", (to) => to.customers.get("nobody")],
    ["not_found", (to) => to.batches.completed("nothing")],
    ["not_found", (to) => to.campaigns.completed("nothing")],
    ["invalid", (to) => to.segments.estimate({ rule })],
    ["invalid", (to) => to.campaigns.create(draft)],
    ["invalid", (to) => to.customers.find({ email: "no address" }, { limit: 1 })],
  ];
  for (const [code, ask] of faults) {
    const [remote, local] = [await caught(ask(client)), await caught(ask(engine))];
    expect([hasCode(remote, code), hasCode(local, code)]).toEqual([true, true]);
    expect(remote).toMatchObject({ status: expect.any(Number), requestId: expect.any(String) });
    const { issues } = (local as RemoteError).details;
    expect((remote as RemoteError).issues.map(({ path }) => path)).toEqual((issues ?? []).map(({ path }) => path));
  }
});

it("has the codes of a server's own refusals", async () => {
  const { url } = await servedApp({ apiKey: "correct-horse" });
  const error = await caught(createClient({ url, apiKey: "wrong" }).customers.get("ada"));
  expect(error).toMatchObject({
    name: "CrmError",
    code: "unauthenticated",
    status: 401,
    message: expect.stringContaining("Bearer"),
  });
  expect(await createClient({ url, apiKey: "correct-horse" }).customers.list({ limit: 1 })).toMatchObject({ items: [] });
  expect(await createClient({ url }).ready()).toHaveProperty("store");
});

it.each([
  [404, "text/html", "http"],
  [404, "application/json", "http"],
  [500, "text/plain", "http"],
  [200, "text/html", "http"],
  [502, "text/html", "unavailable"],
])("says so where an answer is none of the engine's: %i %s", async (status, type, code) => {
  const fetch = async () => new Response("<h1>Welcome</h1>", { status, headers: { "content-type": type } });
  const error = await caught(createClient({ url: "http://127.0.0.1:1", fetch, retries: 0 }).customers.get("ada"));
  expect(error).toMatchObject({ code, status, details: { url: "http://127.0.0.1:1/api/customers/ada" } });
});

it("is thrown at once for what no URL can hold", async () => {
  const fetch = async () => expect.unreachable("nothing was to be sent");
  const client = createClient({ url: "http://127.0.0.1:1", fetch });
  for (const id of ["", ".", "..", "\ud800"])
    expect(await caught(client.campaigns.delete(id))).toMatchObject({ code: "invalid" });
  for (const url of ["", "crm.example.com", "ftp://crm.example.com", "https://ada:secret@crm.example.com"])
    expect(() => createClient({ url })).toThrow(RemoteError);
});

it("keeps the path before the API's own", async () => {
  const asked: string[] = [];
  const fetch = async (url: string) => {
    asked.push(url);
    return new Response("{}");
  };
  await createClient({ url: "https://example.com/crm/", fetch }).customers.get("a/b c");
  expect(asked).toEqual(["https://example.com/crm/api/customers/a%2Fb%20c"]);
});
