import type { RemoteClient } from "@crm-engine/client";

/** Every page of the console, and what stands there when it has been read: the heading. */
export const PAGES = [
  { path: "/", heading: "Dashboard" },
  { path: "/campaigns", heading: "Campaigns" },
  { path: "/segments", heading: "Segments" },
  { path: "/customers", heading: "Customers" },
  { path: "/orders", heading: "Orders" },
  { path: "/uploads", heading: "Uploads" },
  { path: "/operations", heading: "Operations" },
] as const;

/** A few people with orders, an audience, and two campaigns: one that is over, and a draft. */
export async function fill(api: RemoteClient) {
  const people = await api.ingest.customers(
    Array.from({ length: 60 }, (_, n) => ({
      id: `p${n}`,
      name: `Person ${n}`,
      email: `p${n}@example.com`,
      attributes: { plan: n % 2 === 0 ? "pro" : "free" },
    })),
  );
  await api.batches.completed(people.batchId);
  const day = (ago: number) => new Date(Date.now() - ago * 86_400_000).toISOString();
  const orders = await api.ingest.orders(
    Array.from({ length: 60 }, (_, n) => ({
      id: `o${n}`,
      customerId: `p${n % 30}`,
      amount: 10 + n,
      placedAt: day(n % 45),
      channel: "web",
      items: [{ sku: "A1", name: "Lamp", quantity: 1, price: 10 + n }],
    })),
  );
  await api.batches.completed(orders.batchId);
  const segment = await api.segments.create({ name: "Buyers", rule: { all: [{ field: "orderCount", op: "gte", value: 1 }] } });
  const message = { channel: "email", subject: "Hello {{ customer.name }}", body: "<p>Hi {{ customer.name }}</p>" } as const;
  const over = await api.campaigns.create({ name: "Autumn", segmentId: segment.id, message });
  await api.campaigns.launch(over.id);
  await api.campaigns.completed(over.id);
  const draft = await api.campaigns.create({ name: "Winter", segmentId: segment.id, message });
  return { segment, over, draft, ordersBatch: orders.batchId };
}
