import "reflect-metadata";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { composeEngine, parseConfig, register, TOKENS } from "@crm-engine/adapters/container";
import type { Sender } from "@crm-engine/core/ports";
import { container as root } from "tsyringe";
import { afterAll, describe, expect, it } from "vitest";
import { loadAdapter } from "./adapters.js";
import { ConfigError } from "./config-error.js";

const folder = mkdtempSync(join(tmpdir(), "crm-container-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const page = { limit: 10 };

describe("register", () => {
  it.each(["memory:", `sqlite:${join(folder, "deep", "crm.db")}`])(
    "makes one engine on %s, and closes all that it opened",
    async (storeUrl) => {
      const scope = root.createChildContainer();
      const close = await register(scope, parseConfig({ storeUrl, currency: "JPY", timeZone: "Asia/Tokyo" }));
      const engine = scope.resolve(TOKENS.engine);
      expect(scope.resolve(TOKENS.engine)).toBe(engine);
      const store = scope.resolve(TOKENS.store);
      expect(engine.context).toEqual({
        currency: "JPY",
        currencyDecimals: 0,
        timeZone: "Asia/Tokyo",
        defaultConsent: "subscribed",
      });
      await store.customers.apply([{ id: "ada", stamp: 1, fields: { name: "Ada" } }]);
      expect(await engine.customers.get("ada")).toMatchObject({ name: "Ada" });
      await Promise.all([close(), close()]);
      await expect(engine.customers.get("ada")).rejects.toMatchObject({ code: "closed" });
      await expect(scope.resolve(TOKENS.queue).publish("orders", [{ id: "1", body: "{}" }])).rejects.toMatchObject({
        code: "closed",
      });
    },
  );

  it("builds on what the user registered instead, and closes that too", async () => {
    let closed = false;
    const sender: Sender = {
      remembersKeysMs: 0,
      maxBatch: 1,
      maxBatchBytes: 4 * 2 ** 20,
      timeoutMs: 1_000,
      send: async () => [],
      close: async () => {
        closed = true;
      },
    };
    const scope = root.createChildContainer();
    const close = await register(scope, parseConfig({ storeUrl: "memory:" }));
    scope.register(TOKENS.sender, { useValue: sender });
    const engine = scope.resolve(TOKENS.engine);
    expect((await engine.customers.list(page)).items).toEqual([]);
    await close();
    expect(closed).toBe(true);
  });

  it("sends the simulated vendor's receipts back through the engine's own queue", async () => {
    const scope = root.createChildContainer();
    const close = await register(scope, parseConfig({ storeUrl: "memory:", senderUrl: "simulated:?delayMs=0" }));
    const message = {
      id: "campaign:ada",
      campaignId: "campaign",
      customerId: "ada",
      channel: "email",
      to: "ada@example.com",
      body: "Hi",
    } as const;
    await scope.resolve(TOKENS.sender).send({ batchId: "b", messages: [message] }, new AbortController().signal);
    await expect.poll(async () => (await scope.resolve(TOKENS.queue).depth("receipts")).messages).toBe(2);
    await close();
  });
});

describe("register, its vendors", () => {
  it.each([
    ["https://vendor.example/send", {}, { remembersKeysMs: 86_400_000, maxBatch: 500, timeoutMs: 7_500 }],
    ["http://127.0.0.1:1", { allowPrivateAddresses: true, leaseMs: 100_000 }, { remembersKeysMs: 86_400_000, timeoutMs: 30_000 }],
    ["smtp://mail.example/?from=a@example.com", { leaseMs: 2_001 }, { remembersKeysMs: 0, maxBatch: 1, timeoutMs: 1_000 }],
  ])("makes the one that %s names, whose calls fit into a lease", async (senderUrl, settings, expected) => {
    const scope = root.createChildContainer();
    const close = await register(scope, parseConfig({ storeUrl: "memory:", senderUrl, ...settings }));
    expect(scope.resolve(TOKENS.sender)).toMatchObject(expected);
    await close();
  });
});

describe("composeEngine", () => {
  it("keeps what was stored, under its namespace", async () => {
    const config = (namespace: string) => parseConfig({ storeUrl: `sqlite:${join(folder, "spaces.db")}`, namespace });
    const first = await composeEngine(config("one"));
    for (const { consume } of first.work.topics) await consume({ batchSize: 1, batchWaitMs: 0, prefetch: 1 });
    await first.batches.completed((await first.ingest.customers([{ id: "ada" }])).batchId);
    await first.close();
    const [again, other] = [await composeEngine(config("one")), await composeEngine(config("two"))];
    expect((await again.customers.list(page)).items).toMatchObject([{ id: "ada" }]);
    expect((await other.customers.list(page)).items).toEqual([]);
    await Promise.all([again.close(), other.close()]);
  });

  it("refuses a folder that can't be made, by the variable's name", async () => {
    await expect(composeEngine(parseConfig({ storeUrl: "sqlite:/dev/null/data/crm.db" }))).rejects.toThrow(
      /^STORE_URL is "sqlite:\/dev\/null\/data\/crm\.db", and its folder can't be made/,
    );
  });
});

describe("loadAdapter", () => {
  it("says which package to install where a driver is missing", async () => {
    const name: string = "a-driver-that-nobody-installed";
    const loading = loadAdapter("STORE_URL", "mongodb://user:secret@localhost/crm", () => import(/* @vite-ignore */ name));
    await expect(loading).rejects.toThrow(ConfigError);
    await expect(loading).rejects.toThrow(
      `STORE_URL is "mongodb://***@localhost/crm", which needs the package ${name}: npm install ${name}`,
    );
  });

  it("hides no other fault", async () => {
    const loading = loadAdapter("STORE_URL", "mongodb://localhost", async () => {
      throw new TypeError("broken");
    });
    await expect(loading).rejects.toThrow(TypeError);
  });
});
