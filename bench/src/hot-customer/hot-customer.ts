import { join } from "node:path";
import { mongoStore } from "@crm-engine/adapters/mongo";
import { sqliteStore } from "@crm-engine/adapters/sqlite";
import type { OrderChange, Store } from "@crm-engine/core/ports";
import { MongoClient } from "mongodb";
import type { Bench, Benchmark } from "../benchmark.js";
import { customerId, generateCustomers, generateOrders } from "../population/people.js";
import { timesOf } from "../rounds.js";

const ORDERS = { usual: 100_000, full: 1_000_000 } as const;
/** One customer's orders are stored at no less than this share of the rate. */
const TARGET = 0.7;
const QUARTERS = 4;
/** Calls of this many orders each, so many at once, as workers make them. */
const CALL = 500;
const AT_ONCE = 2;
const CUSTOMERS_AT_ONCE = 2_000;

export const hotCustomer: Benchmark = {
  name: "hot-customer",
  compares: "how fast the orders of one customer are stored, beside as many orders of as many customers, by quarters",
  run: async (bench) => {
    const orders = bench.full ? ORDERS.full : ORDERS.usual;
    await onSqlite(orders, bench);
    const mongo = await bench.mongo();
    if ("missing" in mongo) bench.notRun("hot-customer/mongo", mongo.missing);
    else await onMongo(mongo.url, "crm_bench_hot", orders, bench);
  },
};

export async function onSqlite(orders: number, bench: Bench): Promise<void> {
  const open = (side: string): Store => sqliteStore({ file: join(bench.folder, `hot-${side}-${process.pid}.db`) });
  await compare("sqlite", { ours: open("one"), baseline: open("many") }, orders, bench);
}

/** In two databases, which it drops before and after. */
export async function onMongo(url: string, database: string, orders: number, bench: Bench): Promise<void> {
  const client = await new MongoClient(url).connect();
  const names = { ours: `${database}_one`, baseline: `${database}_many` } as const;
  const drop = () => Promise.all(Object.values(names).map((name) => client.db(name).dropDatabase()));
  await drop();
  try {
    const stores = {
      ours: mongoStore({ client, database: names.ours }),
      baseline: mongoStore({ client, database: names.baseline }),
    };
    await compare("mongo", stores, orders, bench);
  } finally {
    await drop();
    await client.close();
  }
}

interface Stores {
  readonly ours: Store;
  readonly baseline: Store;
}

/** Closes both. All customers are there before the orders are. */
async function compare(label: string, stores: Stores, orders: number, bench: Bench): Promise<void> {
  try {
    const { name, version } = await stores.ours.info();
    bench.server(label, `${name} ${version}`);
    for (const batch of slicesOf(generateCustomers(orders), CUSTOMERS_AT_ONCE)) {
      await Promise.all([stores.ours.customers.apply(batch), stores.baseline.customers.apply(batch)]);
    }
    const given = slicesOf(generateOrders(orders), CALL * AT_ONCE);
    for (let quarter = 1, done = 0; quarter <= QUARTERS; quarter++) {
      const times = { ours: [] as number[], baseline: [] as number[] };
      for (; done < (orders / QUARTERS) * quarter; done += CALL * AT_ONCE) {
        const slice = given.next().value ?? [];
        const sides = [
          { into: times.ours, write: () => write(stores.ours, slice, () => customerId(0)) },
          { into: times.baseline, write: () => write(stores.baseline, slice, (place) => customerId(done + place)) },
        ];
        for (const side of times.ours.length % 2 === 0 ? sides : sides.reverse()) {
          const begun = performance.now();
          await side.write();
          side.into.push(performance.now() - begun);
        }
      }
      measureQuarter(`hot-customer/${label}/quarter-${quarter}`, times, done, bench);
    }
    await check(stores, orders);
  } finally {
    await Promise.all([stores.ours.close(), stores.baseline.close()]);
  }
}

async function write(store: Store, orders: readonly OrderChange[], owner: (place: number) => string): Promise<void> {
  const owned = orders.map((order, place) => ({ ...order, customerId: owner(place) }));
  await Promise.all([...slicesOf(owned, CALL)].map((call) => store.orders.apply(call)));
}

function measureQuarter(
  name: string,
  { ours, baseline }: { readonly ours: readonly number[]; readonly baseline: readonly number[] },
  answer: number,
  bench: Bench,
): void {
  const total = (times: readonly number[]): number => times.reduce((sum, time) => sum + time, 0);
  const ratio = total(baseline) / total(ours);
  bench.measured({
    name,
    ratio,
    target: TARGET,
    ...timesOf({ ours, baseline }),
    answer,
  });
  bench.say(`${name}: ${Math.round((1_000 * CALL * AT_ONCE * ours.length) / total(ours))} orders/s, ${ratio.toFixed(2)}`);
}

/** Rates are worth nothing where orders are missing. */
async function check({ ours, baseline }: Stores, orders: number): Promise<void> {
  const wrong = [await ours.orders.recount({ limit: 1 }), await baseline.orders.recount({ limit: 1_000 })].flatMap(
    ({ corrected }) => corrected,
  );
  if (wrong.length > 0) throw new Error(`totals are wrong: ${wrong.join()}`);
  const hot = await ours.customers.get(customerId(0));
  const purchases = [...(slicesOf(generateOrders(orders), orders).next().value ?? [])].filter(({ type }) => type === "purchase");
  if (hot?.orderCount !== purchases.length) throw new Error(`${hot?.orderCount} orders are stored, of ${purchases.length}`);
}

function* slicesOf<T>(items: Iterable<T>, size: number): Generator<readonly T[], undefined> {
  let slice: T[] = [];
  for (const item of items) {
    slice.push(item);
    if (slice.length < size) continue;
    yield slice;
    slice = [];
  }
  if (slice.length > 0) yield slice;
}
