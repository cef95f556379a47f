import { createEngine, type Engine } from "@crm-engine/core";
import { memoryQueue } from "@crm-engine/core/memory";
import type { Bench, Benchmark } from "../benchmark.js";
import { load } from "../population/load.js";
import { CURRENCY, NOW } from "../population/people.js";
import { alternate, ratioOf, timesOf } from "../rounds.js";
import type { Ground } from "./ground.js";
import { openMongo } from "./on-mongo.js";
import { openSqlite } from "./on-sqlite.js";
import { typicalRules, VIP } from "./typical-rules.js";

const CUSTOMERS = { usual: 100_000, full: 1_000_000 } as const;
/** An estimate may take 1.2 times as long as the query that somebody wrote for it. */
const TARGET = 1 / 1.2;
/** So long that every estimate is exact. */
const ESTIMATE_TIMEOUT_MS = 600_000;

export const estimates: Benchmark = {
  name: "estimates",
  compares: "how many a rule selects, with five of them, beside a query written by hand that counts the same",
  run: async (bench) => {
    const customers = bench.full ? CUSTOMERS.full : CUSTOMERS.usual;
    await onGround("sqlite", await openSqlite(bench, customers), customers, bench);
    const mongo = await bench.mongo();
    if ("missing" in mongo) bench.notRun("estimates/mongo", mongo.missing);
    else await onGround("mongo", await openMongo(bench, mongo.url, `crm_bench_${customers}`), customers, bench);
  },
};

/** Takes the ground with it. */
export async function onGround(label: string, ground: Ground, customers: number, bench: Bench): Promise<void> {
  const { store } = ground;
  const engine = createEngine({
    store,
    queue: memoryQueue(),
    currency: CURRENCY,
    estimateTimeoutMs: ESTIMATE_TIMEOUT_MS,
  });
  try {
    const { name, version } = await store.info();
    bench.server(label, `${name} ${version}`);
    if (!ground.loaded) await load(store, customers, bench.say);
    await ground.ready();
    await measure(label, engine, ground, bench);
  } finally {
    await engine.close();
    await ground.close();
  }
}

async function measure(label: string, engine: Engine, { byHand }: Ground, bench: Bench): Promise<void> {
  const vip = await engine.segments.create({ name: "VIP", rule: VIP });
  for (const { name, rule } of typicalRules(vip.id)) {
    const estimate = async (): Promise<number> => {
      const { count } = await engine.segments.estimate({ rule, asOf: new Date(NOW).toISOString() });
      return count;
    };
    const { ours, baseline, answer } = await alternate(bench.rounds, estimate, byHand(name));
    const ratio = ratioOf({ ours, baseline });
    bench.measured({
      name: `estimates/${label}/${name}`,
      ratio,
      target: TARGET,
      ...timesOf({ ours, baseline }),
      answer,
    });
    bench.say(`${label} ${name}: ${answer.toLocaleString("en")} people, ${ratio.toFixed(2)}`);
  }
  await engine.segments.delete(vip.id);
}
