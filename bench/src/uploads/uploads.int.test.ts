import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { needs, serviceUrl } from "../../../test/service-url.js";
import { smallBench } from "../small-bench.fixture.js";
import { upload } from "./uploads.js";

const folder = await mkdtemp(join(tmpdir(), "crm-bench-test-"));
afterAll(() => rm(folder, { recursive: true }));

describe("ten uploads at once, API and worker as processes of their own", needs("redis"), () => {
  it("account for every row, and are measured", { timeout: 240_000 }, async () => {
    const { bench, results } = smallBench(folder);
    const storeUrl = `sqlite:${join(folder, "uploads.db")}`;
    await upload("sqlite-redis", { storeUrl, redisUrl: serviceUrl("redis") }, 2_000, bench);
    expect(results.map(({ name }) => name)).toEqual(
      ["api-memory", "worker-memory", "other-calls-p99"].map((name) => `uploads/sqlite-redis/${name}`),
    );
  });
});
