import { type DeliveryFact, logId, SAMPLE_PLACES, type Store } from "@crm-engine/core/ports";
import { customerId, DAY_MS, generateCustomers, generateMarks, generateOrders, NOW } from "./people.js";

export const CAMPAIGN = "bench";

const BATCH = 2_000;
const AT_ONCE = 2;
const PLANNED_AT_ONCE = 20_000;
/** Of the campaign's recipients, everyone so-and-so-many-th opened it. */
const OPENED_EVERY = 3;

/** Fills an empty store through its port: people, three orders for each, and a campaign that a tenth of them got. */
export async function load(store: Store, customers: number, say: (line: string) => void): Promise<void> {
  await inBatches(generateCustomers(customers), customers, (batch) => store.customers.apply(batch), progress("customers"));
  await inBatches(generateMarks(customers), Math.ceil(customers / 30), (batch) => store.customers.mark(batch), progress("marks"));
  await inBatches(generateOrders(customers), customers * 3, (batch) => store.orders.apply(batch), progress("orders"));
  await plan(store);
  await inBatches(
    factsOf(customers),
    Math.ceil((customers * (OPENED_EVERY + 1)) / OPENED_EVERY),
    (batch) => store.communications.record(batch),
    progress("receipts"),
  );

  function progress(what: string): (done: number, of: number) => void {
    let last = 0;
    return (done, of) => {
      if (done < of && Date.now() - last < 10_000) return;
      last = Date.now();
      say(`${done.toLocaleString("en")} of ${of.toLocaleString("en")} ${what}`);
    };
  }
}

/** By ranges of customers, as campaigns are planned: no statement may take long. */
async function plan({ customers, communications }: Store): Promise<void> {
  const campaign = {
    campaignId: CAMPAIGN,
    channel: "email",
    condition: { kind: "compare", field: { of: "sample", factor: 1, offset: 0 }, how: "lt", value: SAMPLE_PLACES / 10 },
    plannedAt: NOW - 20 * DAY_MS,
  } as const;
  let after: string | undefined;
  do {
    const upTo = await customers.idAfter(after, PLANNED_AT_ONCE);
    await communications.plan({
      ...campaign,
      ...(after === undefined ? {} : { after }),
      ...(upTo === undefined ? {} : { upTo }),
    });
    after = upTo;
  } while (after !== undefined);
}

/** Of everyone; those about people who did not get the campaign are about no row, and so are passed over. */
function* factsOf(customers: number): Generator<DeliveryFact> {
  for (let index = 0; index < customers; index++) {
    const id = logId(CAMPAIGN, customerId(index));
    const at = NOW - (index % 40) * DAY_MS;
    yield { logId: id, generation: 1, status: "delivered", at };
    if (index % OPENED_EVERY === 0) yield { logId: id, generation: 1, status: "opened", at };
  }
}

/** Two at once. */
export async function inBatches<T>(
  items: Iterable<T>,
  of: number,
  write: (batch: readonly T[]) => Promise<unknown>,
  onProgress: (done: number, of: number) => void,
): Promise<void> {
  let done = 0;
  const iterator = items[Symbol.iterator]();
  const lane = async (): Promise<void> => {
    for (;;) {
      const batch: T[] = [];
      for (let next = iterator.next(); !next.done; next = iterator.next()) {
        batch.push(next.value);
        if (batch.length === BATCH) break;
      }
      if (batch.length === 0) return;
      await write(batch);
      done += batch.length;
      onProgress(done, of);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
}
