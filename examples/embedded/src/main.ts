import { simulatedSender } from "@crm-engine/adapters/senders";
import { sqliteQueue, sqliteStore } from "@crm-engine/adapters/sqlite";
import { createEngine, type Engine } from "@crm-engine/core";
import { createWorker } from "@crm-engine/worker";
import { thankCustomers } from "./thank-customers.js";

const file = process.argv[2] ?? "data/embedded.db";
const sender = simulatedSender({ failureRate: 0.1, delayMs: 5, seed: 1, report: (receipts) => engine.receipts.accept(receipts) });
const engine: Engine = createEngine({ store: sqliteStore({ file }), queue: sqliteQueue({ file }), sender });
const worker = createWorker(engine, { logger: console });
await worker.start();

await thankCustomers(engine);

await worker.close();
await engine.close();
