import { setMaxListeners } from "node:events";
import { join } from "node:path";
import { createClient, type RemoteClient } from "@crm-engine/client";
import { type CrmProcess, peakMb, startCrm } from "@crm-engine/servers";
import type { Bench, Benchmark } from "../benchmark.js";
import { quantile } from "../rounds.js";
import { makeOtherCalls, type OtherCalls } from "./other-calls.js";
import { type UploadFile, uploadFiles } from "./rows.js";

const FILES = 10;
const ROWS = { usual: 20_000, full: 500_000 } as const;
/** What each process may have resident. */
export const MAX_MIB = 256;
/** What a call beside the uploads may take, at the 99th percentile. */
export const MAX_P99_MS = 250;
const KNOWN = "known";

export const uploads: Benchmark = {
  name: "uploads",
  compares: `${FILES} uploads at once, API and worker as processes of their own, beside the limits: ${MAX_MIB} MiB for each, ${MAX_P99_MS} ms for other calls`,
  run: async (bench) => {
    const redis = await bench.redis();
    if ("missing" in redis) return bench.notRun("uploads", redis.missing);
    const rows = bench.full ? ROWS.full : ROWS.usual;
    await upload(
      "sqlite-redis",
      { storeUrl: `sqlite:${join(bench.folder, `uploads-${process.pid}.db`)}`, redisUrl: redis.url },
      rows,
      bench,
    );
    const mongo = await bench.mongo();
    if ("missing" in mongo) return bench.notRun("uploads/mongo-redis", mongo.missing);
    await upload(
      "mongo-redis",
      { storeUrl: databaseUrl(mongo.url, `crm_bench_uploads_${process.pid}`), redisUrl: redis.url },
      rows,
      bench,
    );
  },
};

export function databaseUrl(server: string, database: string): string {
  const url = new URL(server);
  url.pathname = `/${database}`;
  return url.href;
}

export interface Pairing {
  readonly storeUrl: string;
  readonly redisUrl: string;
}

/** Sends the files, and measures; rejects where a row is not accounted for, or a call beside them failed. */
export async function upload(label: string, { storeUrl, redisUrl }: Pairing, rows: number, bench: Bench): Promise<void> {
  const env = { STORE_URL: storeUrl, QUEUE_URL: redisUrl, NAMESPACE: `bench_${process.pid}`, PORT: "0", LOG_LEVEL: "error" };
  const ended = new AbortController();
  // Every call under way listens.
  setMaxListeners(0, ended.signal);
  const start = (command: "serve" | "worker"): CrmProcess =>
    startCrm({ name: `crm ${command}`, command, env, onUnexpectedEnd: (how) => ended.abort(new Error(how)) });
  const [api, worker] = [start("serve"), start("worker")];
  try {
    await Promise.all([api.ready, worker.ready]);
    // Nothing is waited for in vain: whatever is under way rejects with how the process ended.
    const crm = createClient({ url: api.url(), signal: ended.signal });
    const { store, queue } = await crm.ready();
    bench.server(`uploads/${label}`, `${store.name} ${store.version}, ${queue.name} ${queue.version}`);
    const known = await crm.ingest.customers([{ id: KNOWN, name: "Known" }]);
    await crm.batches.completed(known.batchId);

    const files = uploadFiles(FILES, rows);
    const begun = performance.now();
    const others = makeOtherCalls(crm, KNOWN);
    const sent = await Promise.allSettled(files.map((file) => account(crm, file)));
    const seconds = (performance.now() - begun) / 1_000;
    const calls = await others.stop();
    for (const outcome of sent) if (outcome.status === "rejected") throw outcome.reason;
    bench.say(
      `${label}: ${Math.round((FILES * rows) / seconds).toLocaleString("en")} rows/s, all ${(FILES * rows).toLocaleString("en")} accounted for`,
    );
    await requireEveryone(crm, files);
    for (const [name, crmProcess] of [
      ["api", api],
      ["worker", worker],
    ] as const) {
      const peak = peakMb(crmProcess);
      measure(bench, `uploads/${label}/${name}-memory`, {
        ours: peak,
        worst: peak,
        limit: MAX_MIB,
        unit: "MiB",
        answer: FILES * rows,
      });
    }
    measureCalls(bench, label, calls);
  } finally {
    await Promise.all([api.drain(), worker.drain()]);
  }
}

/** Sends one, waits until every row has its fate, and adds up. */
async function account(crm: RemoteClient, { kind, contentType, rows, rejected, bytes }: UploadFile): Promise<void> {
  const { batchId, received } = await crm.ingest.stream(kind, bytes(), { contentType });
  const batch = await crm.batches.completed(batchId);
  const got = [received, batch.received, batch.accepted, batch.rejected].join();
  const wanted = [rows, rows, rows - rejected, rejected].join();
  if (got !== wanted)
    throw new Error(`batch ${batchId} of ${kind}: sent, received, accepted and rejected are ${got}, not ${wanted}`);
}

async function requireEveryone(crm: RemoteClient, files: readonly UploadFile[]): Promise<void> {
  const wanted = files.reduce((sum, { rows, rejected }) => sum + rows - rejected, 1);
  const { customers } = await crm.dashboard();
  if (customers.count !== wanted) throw new Error(`${customers.count} customers are stored, of ${wanted}`);
}

function measureCalls(bench: Bench, label: string, { times, failed }: OtherCalls): void {
  if (failed.length > 0) throw new Error(`${failed.length} calls beside the uploads failed, first ${failed[0]}`);
  for (const [name, all] of times) {
    bench.say(
      `${label}: ${name}: p50 ${quantile(all, 0.5).toFixed(1)} ms, p99 ${quantile(all, 0.99).toFixed(1)} ms of ${all.length}`,
    );
  }
  const all = [...times.values()].flat();
  measure(bench, `uploads/${label}/other-calls-p99`, {
    ours: quantile(all, 0.99),
    worst: Math.max(...all),
    limit: MAX_P99_MS,
    unit: "ms",
    answer: all.length,
  });
}

interface Limited {
  readonly ours: number;
  readonly worst: number;
  readonly limit: number;
  readonly unit: "ms" | "MiB";
  readonly answer: number;
}

/** The baseline is the limit. */
function measure(bench: Bench, name: string, { ours, worst, limit, unit, answer }: Limited): void {
  bench.measured({
    name,
    ratio: limit / ours,
    target: 1,
    ours,
    oursP95: worst,
    baseline: limit,
    baselineP95: limit,
    unit,
    answer,
  });
}
