import { setTimeout as sleep } from "node:timers/promises";
import { simulatedSender } from "@crm-engine/adapters/senders";
import { sqliteQueue, sqliteStore } from "@crm-engine/adapters/sqlite";
import { all, createEngine, type Engine, field, not } from "@crm-engine/core";
import { createWorker } from "@crm-engine/worker";

const file = process.argv[2] ?? "data/embedded.db";
const sender = simulatedSender({ failureRate: 0.1, delayMs: 5, seed: 1, report: (receipts) => engine.receipts.accept(receipts) });
const engine: Engine = createEngine({ store: sqliteStore({ file }), queue: sqliteQueue({ file }), sender });
const worker = createWorker(engine, { logger: console });
await worker.start();

// Ingestion is queued; a batch says what became of each of its rows.
const customers = Array.from({ length: 100 }, (_, n) => ({
  id: `c${n}`,
  name: `Customer ${n}`,
  email: `c${n}@example.com`,
  visitCount: n % 5,
}));
const people = await engine.ingest.customers([...customers, { name: "Nobody" }]);
const { accepted, errors } = await engine.batches.completed(people.batchId);
console.log(`${accepted} customers; rejected: ${errors.map(({ row, message }) => `row ${row}, ${message}`).join("; ")}`);

const purchases = customers.map(({ id }, n) => ({
  id: `order-${n}`,
  customerId: id,
  amount: `${n * 10}.50`,
  placedAt: "2026-03-01T12:00:00Z",
}));
await engine.batches.completed((await engine.ingest.orders(purchases)).batchId);

// A segment is a rule; an explanation shows it at work on one customer.
const rule = all(field("totalSpend").gt(500), not(field("visitCount").eq(0)));
const segment = await engine.segments.create({ name: "Good customers who come by", rule });
console.log("In the segment:", (await engine.segments.estimate({ rule })).count);
console.log("Why c50 is not:", JSON.stringify(await engine.segments.explain({ rule, customerId: "c50" })));

// A campaign freezes its audience as one log row for each recipient, then sends from the rows.
const message = {
  channel: "email" as const,
  subject: "Thank you",
  body: "Hi {{ customer.name }}, thank you for {{ customer.orderCount }} order.",
};
const campaign = await engine.campaigns.create({ name: "Thanks", segmentId: segment.id, message });
await engine.campaigns.launch(campaign.id);
const { status } = await engine.campaigns.completed(campaign.id);

// Everything is sent; the vendor's receipts say what was delivered, and come in after.
let stats = await engine.campaigns.stats(campaign.id);
while (stats.delivered + stats.failed < stats.total) {
  await sleep(50);
  stats = await engine.campaigns.stats(campaign.id);
}
const { total, delivered, failed } = stats;
console.log("Campaign:", status, { total, delivered, failed });

await worker.close();
await engine.close();
