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
/** An estimate that says how many can be reached may take twice as long as one that doesn't. */
const REACHABLE_TARGET = 1 / 2;
/** So long that every estimate is exact. */
const ESTIMATE_TIMEOUT_MS = 600_000;

export const estimates: Benchmark = {
  name: "estimates",
  compares: "how many a rule selects, with five of them, beside a query written by hand that counts the same",
  run: (bench) => onEachGround("estimates", bench, besideByHand),
};

export const reachable: Benchmark = {
  name: "reachable",
  compares: "the same estimates, saying how many can be reached, beside those that don't",
  run: (bench) => onEachGround("reachable", bench, besidePlain),
};

type Measure = (label: string, engine: Engine, ground: Ground, bench: Bench) => Promise<void>;

async function onEachGround(name: string, bench: Bench, measure: Measure): Promise<void> {
  const customers = bench.full ? CUSTOMERS.full : CUSTOMERS.usual;
  await onGround("sqlite", await openSqlite(bench, customers), { customers, measure }, bench);
  const mongo = await bench.mongo();
  if ("missing" in mongo) bench.notRun(`${name}/mongo`, mongo.missing);
  else await onGround("mongo", await openMongo(bench, mongo.url, `crm_bench_${customers}`), { customers, measure }, bench);
}

/** Takes the ground with it. */
export async function onGround(
  label: string,
  ground: Ground,
  { customers, measure }: { readonly customers: number; readonly measure: Measure },
  bench: Bench,
): Promise<void> {
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

export async function besideByHand(label: string, engine: Engine, { byHand }: Ground, bench: Bench): Promise<void> {
  await eachRule(engine, async (name, estimate) => {
    await compare({ name: `estimates/${label}/${name}`, target: TARGET }, [estimate({}), byHand(name)], bench);
  });
}

export async function besidePlain(label: string, engine: Engine, _: Ground, bench: Bench): Promise<void> {
  await eachRule(engine, async (name, estimate) => {
    const sides = [estimate({ channel: "email" }), estimate({})] as const;
    await compare({ name: `reachable/${label}/${name}`, target: REACHABLE_TARGET }, sides, bench);
  });
}

type Side = () => Promise<number>;

async function eachRule(
  engine: Engine,
  measure: (name: string, estimate: (more: { readonly channel?: "email" }) => Side) => Promise<void>,
): Promise<void> {
  const vip = await engine.segments.create({ name: "VIP", rule: VIP });
  for (const { name, rule } of typicalRules(vip.id)) {
    await measure(name, (more) => async () => {
      const { count } = await engine.segments.estimate({ rule, asOf: new Date(NOW).toISOString(), ...more });
      return count;
    });
  }
  await engine.segments.delete(vip.id);
}

async function compare(
  measured: { readonly name: string; readonly target: number },
  [first, second]: readonly [Side, Side],
  bench: Bench,
): Promise<void> {
  const { ours, baseline, answer } = await alternate(bench.rounds, first, second);
  const ratio = ratioOf({ ours, baseline });
  bench.measured({ ...measured, ratio, ...timesOf({ ours, baseline }), answer });
  bench.say(`${measured.name}: ${answer.toLocaleString("en")} people, ${ratio.toFixed(2)}`);
}
