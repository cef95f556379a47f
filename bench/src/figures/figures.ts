import { createEngine, type Engine } from "@crm-engine/core";
import { memoryQueue } from "@crm-engine/core/memory";
import { type DeliveryFact, logId, type Store } from "@crm-engine/core/ports";
import type { Bench, Benchmark } from "../benchmark.js";
import type { Ground } from "../estimates/ground.js";
import { openMongo } from "../estimates/on-mongo.js";
import { openSqlite } from "../estimates/on-sqlite.js";
import { load } from "../population/load.js";
import { CURRENCY, customerId, DAY_MS, NOW } from "../population/people.js";
import { eachBesideEach, ratioOf, timesOf } from "../rounds.js";

const CUSTOMERS = { usual: 100_000, full: 1_000_000 } as const;
/** The other side has so much less of everything. */
const TIMES_LESS = 10;
/** At ten times the orders and messages, figures may take twice as long. */
const TARGET = 1 / 2;
const CAMPAIGN = "figures";
const STARTED = NOW - 20 * DAY_MS;
const BATCH = 2_000;

export const figures: Benchmark = {
  name: "figures",
  compares:
    "dashboard, a year's order analytics and the report of a campaign to everyone, beside the same with a tenth of the orders and messages",
  run: async (bench) => {
    const customers = bench.full ? CUSTOMERS.full : CUSTOMERS.usual;
    const few = customers / TIMES_LESS;
    await compare(
      "sqlite",
      { many: await openSqlite(bench, customers), few: await openSqlite(bench, few) },
      { customers, few },
      bench,
    );
    const mongo = await bench.mongo();
    if ("missing" in mongo) return bench.notRun("figures/mongo", mongo.missing);
    const open = (count: number) => openMongo(bench, mongo.url, `crm_bench_${count}`);
    await compare("mongo", { many: await open(customers), few: await open(few) }, { customers, few }, bench);
  },
};

interface Sizes {
  readonly customers: number;
  readonly few: number;
}

/** Takes both grounds with it. */
export async function compare(
  label: string,
  grounds: { readonly many: Ground; readonly few: Ground },
  { customers, few }: Sizes,
  bench: Bench,
): Promise<void> {
  const engines: Engine[] = [];
  try {
    const { name, version } = await grounds.many.store.info();
    bench.server(label, `${name} ${version}`);
    const many = await populated(grounds.many, customers, bench);
    engines.push(many);
    const less = await populated(grounds.few, few, bench);
    engines.push(less);
    for (const [question, ask] of Object.entries(QUESTIONS)) {
      const { ours, baseline, answer } = await eachBesideEach(
        bench.rounds,
        () => ask(many),
        () => ask(less),
      );
      const ratio = ratioOf({ ours, baseline });
      bench.measured({ name: `figures/${label}/${question}`, target: TARGET, ratio, ...timesOf({ ours, baseline }), answer });
      bench.say(`figures/${label}/${question}: ${answer.toLocaleString("en")}, ${ratio.toFixed(2)}`);
    }
  } finally {
    for (const engine of engines) await engine.close();
    for (const ground of [grounds.many, grounds.few]) await ground.close();
  }
}

/** Each is asked of the engine, and answers with a number that can be checked. */
const QUESTIONS: Readonly<Record<string, (engine: Engine) => Promise<number>>> = {
  dashboard: async (engine) => (await engine.dashboard()).orders.totals.orders,
  "analytics of a year by day": async (engine) =>
    (await engine.orders.analytics({ from: "2025-07-01", to: "2026-07-01", by: "day" })).totals.orders,
  "analytics of a year by month": async (engine) =>
    (await engine.orders.analytics({ from: "2025-07-01", to: "2026-07-01", by: "month" })).totals.orders,
  "report of a campaign": async (engine) => (await engine.campaigns.report(CAMPAIGN)).funnel[0]?.count ?? 0,
};

/** With a clock that goes on from where the data ends. */
async function populated(ground: Ground, customers: number, bench: Bench): Promise<Engine> {
  const { store } = ground;
  const clock = (): number => NOW + Math.round(performance.now());
  const engine = createEngine({ store, queue: memoryQueue(), currency: CURRENCY, clock });
  if (!ground.loaded) {
    await load(store, customers, bench.say);
    await sendToAll(store, customers);
  }
  bench.say(`figures of ${(customers * 3).toLocaleString("en")} orders`);
  await mendAll(store);
  await ground.ready();
  await check(engine);
  return engine;
}

/** In one go: an hour passes with each look at the clock, so that no pause between passes lasts. */
async function mendAll(store: Store): Promise<void> {
  let now = NOW;
  const clock = (): number => {
    now += 3_600_000;
    return now;
  };
  const { work } = createEngine({ store, queue: memoryQueue(), currency: CURRENCY, clock });
  while (await work.mend());
}

/** Against the orders themselves. */
async function check(engine: Engine): Promise<void> {
  const days = { from: "2025-07-01", to: "2026-07-01" };
  const { totals, complete } = await engine.orders.analytics({ ...days, by: "month" });
  const { orders, revenue } = await engine.orders.totals(days);
  if (!complete || totals.orders !== orders || totals.revenue !== revenue) {
    throw new Error(`figures say ${totals.orders} orders, ${totals.revenue}; the orders ${orders}, ${revenue}`);
  }
}

/** A campaign that is over, which everyone got, and half of whom it was confirmed to. */
async function sendToAll({ campaigns, communications, customers }: Store, count: number): Promise<void> {
  await campaigns.insert({
    id: CAMPAIGN,
    name: "To everyone",
    segmentIds: [],
    excludeSegmentIds: [],
    message: { channel: "email", subject: "Hello", body: "Hi" },
    status: "completed",
    history: [{ at: STARTED, from: "draft", to: "planning", by: "user", why: "launched" }],
    version: 1,
    createdAt: STARTED,
    updatedAt: STARTED,
  });
  let after: string | undefined;
  do {
    const upTo = await customers.idAfter(after, BATCH * 10);
    await communications.plan({
      campaignId: CAMPAIGN,
      channel: "email",
      condition: { kind: "all", of: [] },
      plannedAt: STARTED,
      ...(after === undefined ? {} : { after }),
      ...(upTo === undefined ? {} : { upTo }),
    });
    after = upTo;
  } while (after !== undefined);
  for (let first = 0; first < count; first += BATCH) {
    const facts: DeliveryFact[] = [];
    for (let index = first; index < Math.min(count, first + BATCH); index++) {
      const status = index % 2 === 0 ? "sent" : "delivered";
      facts.push({ logId: logId(CAMPAIGN, customerId(index)), generation: 1, status, at: STARTED + (index % 7_200_000) });
    }
    await communications.record(facts);
  }
}
