import { setTimeout as sleep } from "node:timers/promises";
import type { Client } from "@crm-engine/client";
import { all, field, not } from "@crm-engine/core";

/** From customers and orders to a campaign and its figures. Whether `crm` is an engine or a server's client makes no difference. */
export async function thankCustomers(crm: Client): Promise<void> {
  // Ingestion is queued; a batch says what became of each of its rows.
  const customers = Array.from({ length: 100 }, (_, n) => ({
    id: `c${n}`,
    name: `Customer ${n}`,
    email: `c${n}@example.com`,
    visitCount: n % 5,
  }));
  const people = await crm.ingest.customers([...customers, { name: "Nobody" }]);
  const { accepted, errors } = await crm.batches.completed(people.batchId);
  console.log(`${accepted} customers; rejected: ${errors.map(({ row, message }) => `row ${row}, ${message}`).join("; ")}`);

  const purchases = customers.map(({ id }, n) => ({
    id: `order-${n}`,
    customerId: id,
    amount: `${n * 10}.50`,
    placedAt: "2026-03-01T12:00:00Z",
  }));
  await crm.batches.completed((await crm.ingest.orders(purchases)).batchId);

  // A segment is a rule; an explanation shows it at work on one customer.
  const rule = all(field("totalSpend").gt(500), not(field("visitCount").eq(0)));
  const segment = await crm.segments.create({ name: "Good customers who come by", rule });
  console.log("In the segment:", (await crm.segments.estimate({ rule })).count);
  console.log("Why c50 is not:", JSON.stringify(await crm.segments.explain({ rule, customerId: "c50" })));

  // A campaign freezes its audience as one log row for each recipient, then sends from the rows.
  const message = {
    channel: "email" as const,
    subject: "Thank you",
    body: "Hi {{ customer.name }}, thank you for {{ customer.orderCount }} order.",
  };
  const campaign = await crm.campaigns.create({ name: "Thanks", segmentId: segment.id, message });
  await crm.campaigns.launch(campaign.id);
  const { status } = await crm.campaigns.completed(campaign.id);

  // Everything is sent; the vendor's receipts say what was delivered, and come in after.
  let stats = await crm.campaigns.stats(campaign.id);
  while (stats.delivered + stats.failed < stats.total) {
    await sleep(50);
    stats = await crm.campaigns.stats(campaign.id);
  }
  const { total, delivered, failed } = stats;
  console.log("Campaign:", status, { total, delivered, failed });
}
