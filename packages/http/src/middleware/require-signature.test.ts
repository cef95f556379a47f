import { gzipSync } from "node:zlib";
import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RunningApp, runningApp } from "../running-app.fixture.js";

const webhookSecret = `whsec_${Buffer.alloc(32, 3).toString("base64")}`;
const webhook = new Webhook(webhookSecret);
const apiKey = "key-of-the-operator";
const receipt = JSON.stringify({ messageId: "campaign:ada", status: "delivered", reason: "☃" });

let running: RunningApp;
beforeAll(async () => {
  running = await runningApp({ apiKey, webhookSecret, working: false });
});
afterAll(() => running.close());

function signed(body: string, { at = new Date(), by = webhook } = {}): Record<string, string> {
  return {
    "webhook-id": "w1",
    "webhook-timestamp": String(Math.floor(at.getTime() / 1_000)),
    "webhook-signature": `v1,${Buffer.alloc(32).toString("base64")} ${by.sign("w1", at, body)}`,
  };
}

const ago = (seconds: number) => new Date(Date.now() - seconds * 1_000);
const queued = async () => (await running.queue.depth("receipts")).messages;

describe("receipts, with a webhook secret", () => {
  it.each(["POST", "PUT"])("%s needs no key where the signature is right, wherever the server is reached", async (method) => {
    const before = await queued();
    const { status, json } = await running.call(
      method,
      "https://crm.example/api/receipts",
      receipt,
      signed(receipt, { at: ago(240) }),
    );
    expect([status, json]).toEqual([202, { received: 1, rejected: [] }]);
    expect(await queued()).toBe(before + 1);
  });

  it("signs what is in a packed body", async () => {
    const headers = { ...signed(receipt), "content-encoding": "gzip" };
    expect((await running.call("POST", "/api/receipts", gzipSync(receipt), headers)).status).toBe(202);
  });

  it.each<[string, string, Record<string, string>]>([
    ["no signature", receipt, {}],
    ["a key alone", receipt, { authorization: `Bearer ${apiKey}` }],
    ["another body", `${receipt} `, signed(receipt)],
    ["another id", receipt, { ...signed(receipt), "webhook-id": "w2" }],
    ["another time", receipt, { ...signed(receipt), "webhook-timestamp": String(Math.floor(Date.now() / 1_000) + 1) }],
    ["another secret", receipt, signed(receipt, { by: new Webhook(`whsec_${Buffer.alloc(32, 4).toString("base64")}`) })],
    ["a signature that is too old", receipt, signed(receipt, { at: ago(310) })],
    ["a signature of the future", receipt, signed(receipt, { at: ago(-310) })],
    ["half a signature", receipt, { ...signed(receipt), "webhook-signature": "v1" }],
  ])("refuses %s, and queues nothing", async (_, body, headers) => {
    const before = await queued();
    const { status, json } = await running.call("POST", "/api/receipts", body, { ...headers, "idempotency-key": "k1" });
    expect(status).toBe(401);
    expect(json).toMatchObject({ status: 401, detail: expect.stringContaining("webhook-signature") });
    expect(await queued()).toBe(before);
  });

  it("takes the key's place nowhere else", async () => {
    for (const path of ["/api/customers", "/api/receipts/", "/api//receipts"]) {
      const { status } = await running.call("POST", path, receipt, signed(receipt));
      expect(status, path).toBe(401);
    }
  });

  it("is described", async () => {
    const { json } = await running.call("GET", "/openapi.json");
    expect(json.paths["/api/receipts"].post.security).toEqual([]);
    expect(json.paths["/api/receipts"].post.parameters.map(({ name }: { name: string }) => name)).toContain("webhook-signature");
  });
});

it("without a webhook secret, a signature is worth nothing", async () => {
  const plain = await runningApp({ apiKey, working: false });
  expect((await plain.call("POST", "/api/receipts", receipt, signed(receipt))).status).toBe(401);
  expect((await plain.call("POST", "/api/receipts", receipt, { authorization: `Bearer ${apiKey}` })).status).toBe(202);
  await plain.close();
});
