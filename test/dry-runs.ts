import { createEngine, type Engine } from "@crm-engine/core";
import { memoryQueue } from "@crm-engine/core/memory";
import type { OpenSpool, Store } from "@crm-engine/core/ports";
import fc from "fast-check";
import { expect } from "vitest";

const id = fc.integer({ min: 0, max: 7 }).map((n) => `c${n}`);
const email = fc.constantFrom(
  "ann@example.com",
  "Ann@Example.com ",
  "bob@example.com",
  "kim@bücher.example",
  "kim@xn--bcher-kva.example",
  "eve@example.com",
);
const phone = fc.constantFrom("+49 30 1234", "004930 1234", "+1 555 0100");
const consent = fc.constantFrom(
  { state: "subscribed" },
  { state: "subscribed", at: "2026-03-01T00:00:00Z" },
  { state: "withdrawn", at: "2026-02-01T00:00:00Z" },
  { state: "withdrawn", by: "bounced" },
);
const rarely = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined, freq: 1 });
const customer = fc.record(
  {
    id: fc.option(id, { nil: undefined }),
    email: fc.option(fc.oneof({ weight: 9, arbitrary: email }, { weight: 1, arbitrary: fc.constant(null) }), { nil: undefined }),
    phone: rarely(phone),
    name: rarely(fc.constantFrom("Ann", "Bob")),
    tags: rarely(fc.constantFrom(["a", "b"], ["b"])),
    attributes: rarely(fc.constantFrom({ plan: "pro" }, { plan: "free" }, { plan: null })),
    consent: rarely(fc.record({ email: consent })),
    visitCount: rarely(fc.constantFrom(1, "many")),
  },
  { noNullPrototype: true },
);
const order = fc
  .record({
    id: fc.integer({ min: 0, max: 9 }).map((n) => `o${n}`),
    owner: fc.oneof(
      fc.record({ customerId: id }),
      fc.record({ customer: fc.record({ email, name: fc.constantFrom("Ann", "Bob") }) }),
      fc.record({ customer: fc.record({ id, consent: fc.record({ email: consent }) }) }),
      fc.constant({}),
    ),
    amount: fc.constantFrom(0, 5, 5, 7.5, 60_000_000_000_000, -1),
    placedAt: fc.constantFrom("2026-01-01", "2026-01-02"),
    status: rarely(fc.constant("cancelled")),
    type: rarely(fc.constant("refund")),
  })
  .map(({ owner, ...rest }) => ({ ...rest, ...owner }));

const some = <T>(row: fc.Arbitrary<T>) => fc.array(row, { minLength: 1, maxLength: 30 });
const scenario = fc.record({
  customersBefore: some(customer),
  ordersBefore: some(order),
  erased: id,
  customers: some(customer),
  orders: some(order),
  rejectsUnknown: fc.boolean(),
});

/**
 * On an engine with people who are there, erased, unsubscribed and suppressed: whatever rows come, a dry run says what their upload then does,
 * and writes nothing.
 */
export async function expectDryRunsToForetell(
  openStore: () => Promise<Store>,
  { runs, openSpool }: { readonly runs: number; readonly openSpool: OpenSpool },
): Promise<void> {
  await fc.assert(
    fc.asyncProperty(scenario, async ({ customersBefore, ordersBefore, erased, rejectsUnknown, ...given }) => {
      const store = await openStore();
      const unknownCustomers = rejectsUnknown ? "reject" : "make";
      const engine = createEngine({ store, queue: memoryQueue(), openSpool, unknownCustomers });
      try {
        await upload(engine, "customers", customersBefore);
        await upload(engine, "orders", ordersBefore);
        // An erasure by the engine is ahead of the clock by some seconds, in which rows of the customer are rejected.
        await store.customers.erase(erased, Date.now() * 1_000);
        await engine.suppressions.suppress({ address: "bob@example.com", channel: "email", reason: "asked by phone" });
        await workOff(engine);
        for (const kind of ["customers", "orders"] as const) {
          const before = await contentOf(engine);
          const { suppressed: _, ...foretold } = await dryRun(engine, kind, given[kind]);
          expect(await contentOf(engine)).toEqual(before);
          const { received, added, changed, unchanged, rejected, errors } = await upload(engine, kind, given[kind]);
          expect(foretold, kind).toEqual({ received, added, changed, unchanged, rejected, errors });
        }
      } finally {
        await engine.close();
      }
    }),
    { numRuns: runs },
  );
}

export function dryRun({ untrusted }: Engine, kind: "customers" | "orders", rows: readonly unknown[]) {
  return untrusted.ingest.dryRun(
    kind,
    rows.map((data, index) => ({ row: index + 1, data })),
  );
}

async function upload(engine: Engine, kind: "customers" | "orders", rows: readonly unknown[]) {
  const { batchId } = await engine.untrusted.ingest[kind](rows);
  await workOff(engine);
  return engine.batches.completed(batchId, { signal: AbortSignal.timeout(20_000) });
}

async function workOff({ work, queues }: Engine): Promise<void> {
  const consuming = await Promise.all(work.topics.map(({ consume }) => consume({ batchSize: 1, batchWaitMs: 0, prefetch: 1 })));
  while ((await queues.depths()).some(({ messages }) => messages > 0)) await new Promise((resolve) => setTimeout(resolve, 1));
  await Promise.all(consuming.map((one) => one.close()));
}

/** All that a reader can see of records, uploads and evidence. */
async function contentOf({ customers, orders, batches, suppressions }: Engine) {
  const page = { limit: 200 };
  return {
    customers: (await customers.list({ limit: 100 })).items,
    orders: (await orders.list({}, page)).items,
    batches: (await batches.list({}, page)).items,
    suppressions: (await suppressions.list({}, page)).items,
  };
}
