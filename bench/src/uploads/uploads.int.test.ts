import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { needs, serviceUrl } from "../../../test/service-url.js";
import { smallBench } from "../small-bench.fixture.js";
import { upload } from "./uploads.js";

const ROWS = 20_000;
const folder = await mkdtemp(join(tmpdir(), "crm-bench-test-"));
afterAll(() => rm(folder, { recursive: true }));

describe("ten uploads at once, API and worker as processes of their own", () => {
  it("account for every row within 256 MiB each, on SQLite and Redis", { timeout: 300_000, ...needs("redis") }, async () => {
    await measured("sqlite-redis", `sqlite:${join(folder, "uploads.db")}`);
  });

  it("account for every row within 256 MiB each, on a MongoDB-compatible server and Redis", {
    timeout: 600_000,
    ...needs("mongo", "redis"),
  }, async () => {
    const url = new URL(serviceUrl("mongo"));
    url.pathname = `/crm_bench_uploads_${process.pid}`;
    await measured("mongo-redis", url.href);
  });
});

/** Times of a machine that does other things are told by the bench; the memory, and that nothing is lost, hold anywhere. */
async function measured(label: string, storeUrl: string): Promise<void> {
  const { bench, results } = smallBench(folder);
  await upload(label, { storeUrl, redisUrl: serviceUrl("redis") }, ROWS, bench);
  const memory = results.filter(({ unit }) => unit === "MiB");
  expect(memory.map(({ name }) => name)).toEqual([`uploads/${label}/api-memory`, `uploads/${label}/worker-memory`]);
  expect(Math.max(...memory.map(({ ours }) => ours))).toBeLessThan(256);
  expect(results.map(({ name }) => name)).toContain(`uploads/${label}/other-calls-p99`);
}
