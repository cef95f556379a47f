import { describe, expect, it } from "vitest";
import { createServers } from "./servers.js";

describe("createServers", () => {
  it("rejects a server that the environment names and that does not answer", async () => {
    const servers = createServers({ TEST_REDIS_URL: "redis://127.0.0.1:1" });
    await expect(servers.open("redis")).rejects.toThrow("TEST_REDIS_URL is set, but no Redis answers there");
  });

  it("says why there is no server where its container does not start", { timeout: 60_000 }, async () => {
    const servers = createServers({ TEST_REDIS_IMAGE: "127.0.0.1:1/none" });
    expect(await servers.open("redis")).toEqual({ missing: expect.stringMatching(/^needs Redis: set TEST_REDIS_URL; /) });
    expect(await servers.open("redis", { own: true })).toEqual({
      missing: expect.stringMatching(/^needs a Redis of its own; /),
    });
  });
});
