import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MongoClient } from "mongodb";
import { afterAll, describe, expect, it } from "vitest";
import { needs, serviceUrl } from "../../../test/service-url.js";
import { smallBench } from "../small-bench.fixture.js";
import { databaseUrl, MAX_MIB, MAX_P99_MS, type Pairing, upload } from "./uploads.js";

/** On MongoDB fewer: after five minutes without an answer Node's fetch gives an upload up, and a busy machine must have read it by then. */
const ROWS = { sqlite: 20_000, mongo: 5_000 } as const;
const TIMEOUT_MS = 900_000;
/** Other work on the machine makes calls slower, but no process larger: the benchmark has the exact limit of time. */
const LATENCY_ALLOWANCE = 10;

const folder = await mkdtemp(join(tmpdir(), "crm-bench-test-"));
afterAll(() => rm(folder, { recursive: true }));

describe("ten uploads at once, API and worker as processes of their own", () => {
  describe("on SQLite and Redis", needs("redis"), () => {
    it("account for every row within the limits of memory, and leave room for other calls", { timeout: TIMEOUT_MS }, () =>
      requireLimits(
        "sqlite-redis",
        { storeUrl: `sqlite:${join(folder, "uploads.db")}`, redisUrl: serviceUrl("redis") },
        ROWS.sqlite,
      ),
    );
  });

  describe("on MongoDB and Redis", needs("mongo", "redis"), () => {
    const storeUrl = () => databaseUrl(serviceUrl("mongo"), `crm_uploads_test_${process.pid}`);
    afterAll(async () => {
      const client = await new MongoClient(storeUrl()).connect();
      await client.db().dropDatabase();
      await client.close();
    });

    it("account for every row within the limits of memory, and leave room for other calls", { timeout: TIMEOUT_MS }, () =>
      requireLimits("mongo-redis", { storeUrl: storeUrl(), redisUrl: serviceUrl("redis") }, ROWS.mongo),
    );
  });
});

async function requireLimits(label: string, pairing: Pairing, rows: number): Promise<void> {
  const { bench, results } = smallBench(folder);
  await upload(label, pairing, rows, bench);
  const measured = Object.fromEntries(results.map(({ name, ours }) => [name.replace(`uploads/${label}/`, ""), ours]));
  expect(Object.keys(measured)).toEqual(["api-memory", "worker-memory", "other-calls-p99"]);
  expect(measured["api-memory"]).toBeLessThan(MAX_MIB);
  expect(measured["worker-memory"]).toBeLessThan(MAX_MIB);
  expect(measured["other-calls-p99"]).toBeLessThan(MAX_P99_MS * LATENCY_ALLOWANCE);
}
