import type { RemoteClient } from "@crm-engine/client";

/** Calls of each kind begin so long after each other, whether or not the one before has its answer. */
const EVERY_MS = 250;

/** Who others are: somebody who looks at a customer, a list or a size, and a shop that sends one order. */
function callsOf(crm: RemoteClient, customerId: string): Readonly<Record<string, (n: number) => Promise<unknown>>> {
  return {
    customer: () => crm.customers.get(customerId),
    search: () => crm.customers.search("known", { limit: 20 }),
    orders: () => crm.orders.list({ customerId }, { limit: 20 }),
    batches: () => crm.batches.list({}, { limit: 20 }),
    ready: () => crm.ready(),
    "one order": (n) => crm.ingest.orders([{ id: `single-${n}`, customerId, amount: "9.90", placedAt: "2026-03-01T00:00:00Z" }]),
  };
}

export interface OtherCalls {
  /** Milliseconds, by kind. */
  readonly times: ReadonlyMap<string, readonly number[]>;
  readonly failed: readonly string[];
}

/** Makes calls until it is told to stop; then waits for the last answers. */
export function makeOtherCalls(crm: RemoteClient, customerId: string): { stop(): Promise<OtherCalls> } {
  const times = new Map<string, number[]>();
  const failed: string[] = [];
  const underWay = new Set<Promise<void>>();
  const timers = Object.entries(callsOf(crm, customerId)).map(([name, call], place, all) => {
    const into: number[] = [];
    times.set(name, into);
    let made = 0;
    const make = () => {
      const begun = performance.now();
      const done = call(made++)
        .then(
          () => void into.push(performance.now() - begun),
          (error: unknown) => void failed.push(`${name}: ${error instanceof Error ? error.message : String(error)}`),
        )
        .finally(() => underWay.delete(done));
      underWay.add(done);
    };
    let timer: NodeJS.Timeout | undefined;
    const first = setTimeout(
      () => {
        make();
        timer = setInterval(make, EVERY_MS);
      },
      (EVERY_MS / all.length) * place,
    );
    return () => {
      clearTimeout(first);
      clearInterval(timer);
    };
  });
  return {
    stop: async () => {
      for (const stop of timers) stop();
      await Promise.all(underWay);
      return { times, failed };
    },
  };
}
