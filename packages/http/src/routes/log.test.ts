import { afterEach, expect, it } from "vitest";
import { type RunningApp, runningApp } from "../running-app.fixture.js";

let running: RunningApp | undefined;
afterEach(async () => {
  await running?.close();
  running = undefined;
});

const PEOPLE = [
  { id: "ann", email: "Ann@example.com" },
  { id: "c1", email: "anna@example.com" },
  { id: "c2", email: "bob@example.com" },
  { id: "c3", email: "carl@example.com", consent: { email: { state: "withdrawn", by: "unsubscribed" } } },
  { id: "c4" },
];

/** A campaign to these people that is over, of whom c2's message failed. */
async function overCampaign({ call, settle, engine }: RunningApp): Promise<string> {
  await call("POST", "/api/customers", PEOPLE);
  await settle();
  const { id: segmentId } = await engine.segments.create({ name: "All", rule: { all: [] } });
  const { id } = await engine.campaigns.create({
    name: "Hi",
    segmentId,
    message: { channel: "email", subject: "Hi", body: "Hi" },
  });
  await engine.campaigns.launch(id);
  await settle();
  await call("POST", "/api/receipts", { messageId: `${id}:c2`, status: "failed", reason: "full" });
  await settle();
  return `/api/campaigns/${id}`;
}

it("shows and exports a campaign's rows by state, reason, and the beginning of an id or an address", async () => {
  running = await runningApp();
  const { call } = running;
  const path = await overCampaign(running);
  const list = async (query: string) => {
    const { status, json } = await call("GET", `${path}/log?${query}`);
    return status === 200 ? json.items.map(({ customerId }: { readonly customerId: string }) => customerId) : status;
  };
  const { json: stats } = await call("GET", `${path}/stats`);
  expect([stats.failedBy, stats.skippedBy]).toEqual([{ full: 1 }, { unsubscribed: 1, no_address: 1 }]);
  expect(await list("reason=full")).toEqual(["c2"]);
  expect(await list("reason=no_address")).toEqual(["c4"]);
  expect(await list("reason=no_address&status=failed")).toEqual([]);
  expect(await list("search=ann")).toEqual(["ann", "c1"]);
  expect(await list("search=%20ANNA")).toEqual(["c1"]);
  expect(await list("search=c")).toEqual(["c1", "c2", "c3", "c4"]);
  expect(await list("search=c&reason=unsubscribed")).toEqual(["c3"]);
  expect(await list("search=carl")).toEqual([]);
  expect(await list("search=C1")).toEqual([]);
  for (const wrong of ["search=", "search=%20", "search=a&cursor=x", "reason="])
    expect([wrong, await list(wrong)]).toEqual([wrong, 400]);

  const people = async () => (await call("GET", `${path}/log?names=true`)).json.items;
  expect((await people()).map(({ customer }: { readonly customer?: unknown }) => customer)).toEqual([
    { email: "ann@example.com" },
    { email: "anna@example.com" },
    { email: "bob@example.com" },
    { email: "carl@example.com" },
    {},
  ]);
  expect((await call("GET", `${path}/log`)).json.items[0]).not.toHaveProperty("customer");

  const first = await call("GET", `${path}/log?search=ann&limit=1`);
  expect((await call("GET", `${path}/log?search=ann&limit=1&cursor=${first.json.nextCursor}`)).json.items).toMatchObject([
    { customerId: "c1" },
  ]);
  const { text } = await call("GET", `${path}/log.csv?search=b&status=failed`);
  expect(text.trim().split("\r\n").slice(1)).toEqual([expect.stringContaining("bob@example.com,failed,full")]);

  await call("DELETE", "/api/customers/c1");
  await running.settle();
  expect(await list("search=anna")).toEqual([]);
});

it("finds the number that was called in the spellings of a phone number, a plus that was not escaped too", async () => {
  running = await runningApp();
  const { call, settle, engine } = running;
  await call("POST", "/api/customers", { id: "c1", phone: "+49 151 12345" });
  await settle();
  const { id: segmentId } = await engine.segments.create({ name: "All", rule: { all: [] } });
  const { id } = await engine.campaigns.create({ name: "Hi", segmentId, message: { channel: "sms", body: "Hi" } });
  await engine.campaigns.launch(id);
  await settle();
  for (const text of ["%2B49%20151-1", "0049151", "+49", "%2B4915112345"])
    expect([text, (await call("GET", `/api/campaigns/${id}/log?search=${text}`)).json.items.length]).toEqual([text, 1]);
  expect((await call("GET", `/api/campaigns/${id}/log?search=49`)).json.items).toEqual([]);
});

it("searches the rows of a campaign only", async () => {
  running = await runningApp();
  const { engine } = running;
  for (const filter of [{ search: "a" }, { customerId: "c1", search: "a" }, { campaignId: "none", search: "a" }])
    await expect(engine.campaigns.log(filter, { limit: 1 })).rejects.toMatchObject({
      code: "campaignId" in filter ? "not_found" : "invalid",
    });
});
