import { simulatedSender } from "@crm-engine/adapters/senders";
import { createEngine, type Engine } from "@crm-engine/core";
import { memoryQueue, memoryStore } from "@crm-engine/core/memory";
import { createApp, serve } from "@crm-engine/http";
import { createWorker } from "@crm-engine/worker";
import { onTestFinished } from "vitest";

/** A server as a program meets it: its address, and the key that it wants. Ends with the test. */
export async function servedEngine(): Promise<{ readonly url: string; readonly apiKey: string }> {
  const apiKey = "correct-horse";
  const sender = simulatedSender({
    failureRate: 0.1,
    delayMs: 5,
    seed: 1,
    report: (receipts) => engine.receipts.accept(receipts),
  });
  const engine: Engine = createEngine({ store: memoryStore(), queue: memoryQueue(), sender });
  const worker = createWorker(engine);
  await worker.start();
  const server = await serve(createApp(engine, { apiKey }), { port: 0 });
  onTestFinished(async () => {
    await server.close();
    await worker.close();
    await engine.close();
  });
  return { url: server.url, apiKey };
}
