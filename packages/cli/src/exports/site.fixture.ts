import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { composeEngine, parseConfig } from "@crm-engine/adapters/container";
import type { Engine } from "@crm-engine/core";
import { type AppOptions, createApp, type HttpApp } from "@crm-engine/http";
import { createWorker } from "@crm-engine/worker";
import { onTestFinished } from "vitest";

/** An engine with its API and a worker, until the test ends. */
export interface Site {
  readonly engine: Engine;
  readonly app: HttpApp;
  /** Uploads, and waits until the batch is completed without a rejection. */
  upload(path: string, body: string, type: string): Promise<void>;
}

/** The URL of a new SQLite file, which is removed when the test ends. */
export async function scratchUrl(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "crm-exports-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return `sqlite:${join(folder, "crm.db")}`;
}

export async function openSite(storeUrl: string, options: AppOptions = {}): Promise<Site> {
  const engine = await composeEngine(parseConfig({ storeUrl }));
  const worker = createWorker(engine, { batchWaitMs: 1 });
  onTestFinished(async () => {
    await worker.close();
    await engine.close();
  });
  await worker.start();
  const app = createApp(engine, options);
  return {
    engine,
    app,
    upload: async (path, body, type) => {
      const answer = await app.request(path, { method: "POST", headers: { "content-type": type }, body });
      if (answer.status !== 202) throw new Error(await answer.text());
      const { batchId } = (await answer.json()) as { readonly batchId: string };
      let batch = await engine.batches.get(batchId);
      for (; batch.status !== "completed"; batch = await engine.batches.get(batchId)) await sleep(10);
      if (batch.rejected > 0) throw new Error(JSON.stringify(batch.errors.slice(0, 5)));
    },
  };
}
