import { redisQueue } from "@crm-engine/adapters/redis";
import { MongoClient } from "mongodb";
import { afterAll, describe, expect, it } from "vitest";
import { needs, serviceUrl } from "../../test/service-url.js";
import { SERVERS } from "./catalogue.js";
import { serverAt } from "./server-at.js";
import { createServers, type Server } from "./servers.js";

const MAX_WAIT_MS = 20_000;

describe("a server in a container of the run's own", needs("docker"), () => {
  const { [SERVERS.redis.urlVariable]: _, ...env } = process.env;
  const servers = createServers(env, { redis: ["--appendfsync", "always"] });
  afterAll(() => servers.stop());

  it("is one for the run, keeps its URL and its data through a kill, and goes at the end", { timeout: 120_000 }, async () => {
    const [server, again, own] = await Promise.all([
      servers.open("redis"),
      servers.open("redis"),
      servers.open("redis", { own: true }),
    ]);
    expect(again).toBe(server);
    expect(own).toBe(server);
    const { url, product, container } = server as Server;
    expect(product).toMatch(/^Redis \d+\.\d+/);

    const queue = redisQueue({ url });
    await queue.publish("orders", [{ id: "1", body: "{}" }]);
    await container?.kill();
    await expect(queue.info()).rejects.toMatchObject({ code: "unavailable" });
    await container?.start();
    expect(await serverAt("redis", url, MAX_WAIT_MS)).toBe(product);
    // A client goes on in its own time.
    await expect.poll(() => queue.info(), { timeout: MAX_WAIT_MS }).toMatchObject({ durable: true, warnings: [] });
    expect(await queue.depth("orders")).toMatchObject({ messages: 1 });

    await container?.pause();
    await expect(queue.info()).rejects.toMatchObject({ code: "unavailable" });
    await servers.stop();
    await expect(serverAt("redis", url, 0)).rejects.toMatchObject({ code: "unavailable" });
    await queue.close();
  });
});

describe("a server that the environment names", needs("mongo"), () => {
  it("is used, and nothing is left on it by asking what it is", async () => {
    const url = serviceUrl("mongo");
    const client = await new MongoClient(url).connect();
    const asked = async () => {
      const { databases } = await client.db("admin").admin().listDatabases({ nameOnly: true });
      return databases.map(({ name }) => name).filter((name) => name.startsWith("asked-"));
    };
    const before = await asked();
    const servers = createServers({ [SERVERS.mongo.urlVariable]: url });
    const server = await servers.open("mongo");
    expect(server).toEqual({ url, product: await serverAt("mongo", url, MAX_WAIT_MS) });
    // Another file of the run may be asking just now.
    await expect.poll(async () => (await asked()).filter((name) => !before.includes(name)), { timeout: 5_000 }).toEqual([]);
    await client.close();
    await servers.stop();
  });
});
