import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RunningApp, runningApp } from "../running-app.fixture.js";

const links: Readonly<Record<string, string>> = {};
const FORM = { "content-type": "application/x-www-form-urlencoded" };

let running: RunningApp;
let link: string;
beforeAll(async () => {
  const known: Record<string, string> = links;
  running = await runningApp({ apiKey: "key-of-the-operator", messageIdOf: (token) => known[token] });
  const { engine, settle } = running;
  await engine.ingest.customers([{ id: "ada", email: "ada@example.com" }]);
  await settle();
  const segment = await engine.segments.create({ name: "All", rule: { all: [] } });
  const campaign = await engine.campaigns.create({
    name: "News",
    segmentId: segment.id,
    message: { channel: "email", subject: "Hi", body: "Hi" },
  });
  await engine.campaigns.launch(campaign.id);
  await settle();
  known.t0ken = `${campaign.id}:ada`;
  link = "https://crm.example/unsubscribe/t0ken";
});
afterAll(() => running.close());

const consent = async () => (await running.engine.customers.get("ada")).consent.email?.state;

describe("unsubscribe links", () => {
  it("changes nothing when somebody, or a scanner, looks", async () => {
    for (const method of ["GET", "HEAD"]) {
      const { status, headers } = await running.call(method, link);
      expect(status).toBe(200);
      expect(headers.get("content-type")).toContain("text/html");
    }
    const { text, headers } = await running.call("GET", link);
    expect(text).toMatch(/<form method="post"><button>Unsubscribe<\/button><\/form>/);
    expect(text).not.toMatch(/<script|https?:/);
    expect(headers.get("referrer-policy")).toBe("no-referrer");
    await running.settle();
    expect(await consent()).toBe("subscribed");
  });

  it("is 404 for a token that is not ours, to look and to post", async () => {
    for (const method of ["GET", "POST"]) {
      const { status, text } = await running.call(method, "https://crm.example/unsubscribe/t0kem", undefined, FORM);
      expect(status).toBe(404);
      expect(text).toContain("This link");
    }
  });

  it.each([
    ["a mail program's one click", "List-Unsubscribe=One-Click", {}],
    ["the page's button", "", { origin: "https://crm.example" }],
  ])("withdraws consent by %s, without a key, as often as it is sent", async (_, body, headers) => {
    const { status, text } = await running.call("POST", link, body, { ...FORM, ...headers });
    expect(status).toBe(200);
    expect(text).toContain("Unsubscribed");
    await running.settle();
    expect(await consent()).toBe("withdrawn");
  });

  it("is open on a server without keys too, by whatever name it is reached", async () => {
    const keyless = await runningApp({ working: false, messageIdOf: () => "campaign:ada" });
    expect((await keyless.call("POST", link, "", { ...FORM, origin: "https://other.example" })).status).toBe(200);
    expect((await keyless.call("GET", "https://crm.example/api/customers")).status).toBe(403);
    expect((await keyless.call("GET", "https://crm.example/unsubscribe/../api/customers")).status).toBe(403);
    await keyless.close();
  });

  it("is not there where no links are configured", async () => {
    const without = await runningApp({ working: false });
    expect((await without.call("GET", "/unsubscribe/t0ken")).status).toBe(404);
    await without.close();
  });
});
