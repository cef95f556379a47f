import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { needs, serviceUrl } from "../../../test/service-url.js";
import { smallBench } from "../small-bench.fixture.js";
import { MAX_MIB, MAX_P99_MS, type Pairing, upload } from "./uploads.js";

/** Each file. The benchmark does the same on MongoDB, where a busy machine takes minutes. */
const ROWS = 20_000;
const TIMEOUT_MS = 900_000;
/** Other work on the machine makes calls slower, but no process larger: the benchmark has the exact limit of time. */
const LATENCY_ALLOWANCE = 10;

const folder = await mkdtemp(join(tmpdir(), "crm-bench-test-"));
afterAll(() => rm(folder, { recursive: true }));

describe("ten uploads at once, API and worker as processes of their own", () => {
  describe("on SQLite and Redis", needs("redis"), () => {
    it("account for every row within the limits of memory, and leave room for other calls", { timeout: TIMEOUT_MS }, () =>
      requireLimits("sqlite-redis", { storeUrl: `sqlite:${join(folder, "uploads.db")}`, redisUrl: serviceUrl("redis") }, ROWS),
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
