import { createServer as createTcpServer } from "node:net";
import { hasCode, type OutgoingMessage, type SendResult } from "@crm-engine/core/ports";
import { Webhook } from "standardwebhooks";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { webhookSender } from "./index.js";
import { type VendorBehaviour, vendorServer } from "./vendor.fixture.js";

const messages: readonly OutgoingMessage[] = ["ada", "grace"].map((customerId) => ({
  id: `campaign:${customerId}`,
  campaignId: "campaign",
  customerId,
  channel: "email",
  to: `${customerId}@example.com`,
  subject: "Hi",
  body: `Hi ${customerId} ☃`,
}));
const batch = { batchId: "b9f1", messages };
const never = new AbortController().signal;

let vendor: Awaited<ReturnType<typeof vendorServer>>;
let sender: ReturnType<typeof webhookSender>;
beforeEach(async () => {
  vendor = await vendorServer();
  sender = webhookSender({ url: vendor.url, allowPrivateAddresses: true });
});
afterEach(async () => {
  await sender.close();
  await vendor.close();
});

const results =
  (entries: readonly unknown[]): VendorBehaviour =>
  (response) =>
    response.end(JSON.stringify({ results: entries }));

/** What `send` rejected with. */
async function failure(sending: Promise<readonly SendResult[]>): Promise<Error> {
  return sending.then(
    () => {
      throw new Error("it was answered");
    },
    (error: Error) => error,
  );
}

describe("webhookSender", () => {
  it("posts the batch under its idempotency key, and hands back the vendor's results", async () => {
    const answer: SendResult[] = [
      { id: "campaign:ada", status: "accepted", vendorMessageId: "v-1" },
      { id: "campaign:grace", status: "retry", reason: "busy", retryAfterMs: 1_500, throttled: true },
    ];
    vendor.answers(results(answer));
    expect(await sender.send(batch, never)).toEqual(answer);
    const [call] = vendor.calls;
    expect(call?.headers).toMatchObject({
      "idempotency-key": "b9f1",
      "content-type": expect.stringContaining("application/json"),
    });
    expect(call?.headers).not.toHaveProperty("webhook-signature");
    expect(JSON.parse(call?.body ?? "")).toEqual({ batchId: "b9f1", messages });
    expect(sender).toMatchObject({ remembersKeysMs: 86_400_000, maxBatch: 500, maxBatchBytes: 4 * 2 ** 20 });
  });

  it("signs what it sends where it has a secret", async () => {
    const secret = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;
    const signing = webhookSender({ url: vendor.url, secret, allowPrivateAddresses: true });
    vendor.answers(results([]));
    await signing.send(batch, never);
    await signing.close();
    const { headers, body } = vendor.calls[0] ?? { headers: {}, body: "" };
    const signed = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
    expect(new Webhook(secret).verify(body, signed)).toEqual(batch);
    expect(signed["webhook-id"]).toBe("b9f1");
    expect(() => new Webhook(secret).verify(`${body} `, signed)).toThrow();
  });

  it("sends the URL's user and password as basic authentication", async () => {
    const url = vendor.url.replace("//", "//user:p%40ss@");
    const withUser = webhookSender({ url, allowPrivateAddresses: true });
    vendor.answers(results([]));
    await withUser.send(batch, never);
    await withUser.close();
    expect(vendor.calls[0]?.headers.authorization).toBe(`Basic ${Buffer.from("user:p@ss").toString("base64")}`);
  });

  it("keeps its connection", async () => {
    vendor.answers(results([]));
    for (let call = 0; call < 3; call++) await sender.send(batch, never);
    expect(new Set(vendor.calls.map(({ port }) => port)).size).toBe(1);
  });

  it("passes over results for others, and those that can't be read; what comes beside a status never spoils it", async () => {
    vendor.answers(
      results([
        { id: "somebody:else", status: "accepted" },
        { id: "campaign:ada", status: "perhaps" },
        null,
        {
          id: "campaign:grace",
          status: "accepted",
          vendorMessageId: 17,
          reason: null,
          retryAfterMs: -1,
          throttled: 1,
          extra: true,
        },
      ]),
    );
    expect(await sender.send(batch, never)).toEqual([{ id: "campaign:grace", status: "accepted", vendorMessageId: "17" }]);
  });

  it("cleans and shortens the vendor's texts", async () => {
    vendor.answers((response) =>
      response.end(`{"results":[{"id":"campaign:ada","status":"rejected","reason":"a\\u0000b\\ud800${"c".repeat(9_000)}"}]}`),
    );
    const [result] = await sender.send(batch, never);
    expect(result?.reason).toMatch(/^a\u{fffd}b\u{fffd}c+$/u);
    expect(result?.reason?.length).toBe(500);
  });

  it.each([
    [429, {}, undefined],
    [429, { "retry-after": "7" }, 7_000],
    [503, { "retry-after": "0" }, 0],
    [429, { "retry-after": "999999999" }, 86_400_000],
    [429, { "retry-after": "soon" }, undefined],
    [401, {}, undefined],
    [404, {}, undefined],
  ])("answer %d %j: surely nothing was taken", async (status, headers, retryAfterMs) => {
    vendor.answers((response) => response.writeHead(status, headers).end("{}"));
    const error = await failure(sender.send(batch, never));
    expect(hasCode(error, "unavailable") && error.details).toEqual({
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
      ...(status === 429 ? { throttled: true } : {}),
    });
    expect(error.message).toContain(String(status));
  });

  it("understands a Retry-After that is a date", async () => {
    vendor.answers((response) => response.writeHead(503, { "retry-after": new Date(Date.now() + 60_000).toUTCString() }).end());
    const error = await failure(sender.send(batch, never));
    const wait = hasCode(error, "unavailable") ? Number(error.details.retryAfterMs) : 0;
    expect(wait).toBeGreaterThan(55_000);
    expect(wait).toBeLessThanOrEqual(60_000);
  });

  it.each([400, 409, 422, 500, 502, 503])("answer %d: it may have been taken", async (status) => {
    vendor.answers((response) => response.writeHead(status).end());
    const error = await failure(sender.send(batch, never));
    expect(error.message).toContain(String(status));
    expect(hasCode(error, "unavailable")).toBe(false);
  });

  it.each([301, 302, 303, 307, 308])("follows no redirect (%d)", async (status) => {
    vendor.answers((response) => response.writeHead(status, { location: vendor.url }).end());
    const error = await failure(sender.send(batch, never));
    expect(error).toMatchObject({ code: "unavailable", message: expect.stringContaining("redirect") });
    expect(vendor.calls).toHaveLength(1);
  });

  it.each<[string, VendorBehaviour]>([
    ["a line cut before the answer", (response) => response.destroy()],
    [
      "a line cut within the answer",
      (response) => {
        response.writeHead(200, { "content-length": "1000" });
        response.write('{"results":[', () => response.destroy());
      },
    ],
    ["no JSON", (response) => response.end("<html>")],
    ["no results", (response) => response.end('{"ok":true}')],
    ["no body", (response) => response.writeHead(204).end()],
    ["an answer over 8 MiB", (response) => response.end(`{"results":[],"x":"${"x".repeat(8 * 2 ** 20)}"}`)],
  ])("after %s, it may have been taken", async (_, behaviour) => {
    vendor.answers(behaviour);
    const error = await failure(sender.send(batch, never));
    expect(error).toBeInstanceOf(Error);
    expect(hasCode(error, "unavailable")).toBe(false);
  });

  it("ends a call at its signal, and then it may have been taken", async () => {
    vendor.answers(() => undefined);
    const started = Date.now();
    const error = await failure(sender.send(batch, AbortSignal.timeout(50)));
    expect(hasCode(error, "unavailable")).toBe(false);
    expect(Date.now() - started).toBeLessThan(2_000);
  });

  it("says that nothing was taken where there is no connection", async () => {
    await vendor.close();
    const error = await failure(sender.send(batch, never));
    expect(error).toMatchObject({ code: "unavailable", message: expect.stringContaining("ECONNREFUSED") });
  });

  it("says that nothing was taken where TLS fails or hangs", async () => {
    const silent = createTcpServer((socket) => void socket.on("error", () => undefined));
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    const address = silent.address();
    const hanging = webhookSender({
      url: `https://127.0.0.1:${typeof address === "object" ? address?.port : 0}/`,
      allowPrivateAddresses: true,
    });
    expect(hasCode(await failure(hanging.send(batch, AbortSignal.timeout(100))), "unavailable")).toBe(true);
    const plain = webhookSender({ url: vendor.url.replace("http:", "https:"), allowPrivateAddresses: true });
    expect(hasCode(await failure(plain.send(batch, never)), "unavailable")).toBe(true);
    await Promise.all([hanging.close(), plain.close()]);
    silent.close();
  });

  it("connects to no private address, however its name is written", async () => {
    const byName = webhookSender({ url: `https://localhost:${vendor.port}/` });
    expect(await failure(byName.send(batch, never))).toMatchObject({
      code: "unavailable",
      message: expect.stringContaining("no public address"),
    });
    await byName.close();
    for (const url of [
      "https://127.0.0.1/",
      "https://[::1]/",
      "https://2130706433/",
      "http://vendor.example/",
      "ftp://x/",
      "x",
    ]) {
      expect(() => webhookSender({ url })).toThrow(expect.objectContaining({ code: "invalid" }));
    }
    expect(vendor.calls).toEqual([]);
  });

  it("waits for calls under way when it closes, and takes none after", async () => {
    vendor.answers((response) => setTimeout(() => response.end('{"results":[{"id":"campaign:ada","status":"accepted"}]}'), 100));
    const sending = sender.send(batch, never);
    await Promise.all([sender.close(), sender.close()]);
    expect(await sending).toEqual([{ id: "campaign:ada", status: "accepted" }]);
    await expect(sender.send(batch, never)).rejects.toMatchObject({ code: "closed" });
  });
});
