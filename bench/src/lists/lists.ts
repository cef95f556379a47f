import { createEngine, type Engine } from "@crm-engine/core";
import { memoryQueue } from "@crm-engine/core/memory";
import type { Bench, Benchmark } from "../benchmark.js";
import type { Ground } from "../estimates/ground.js";
import { openMongo } from "../estimates/on-mongo.js";
import { openSqlite } from "../estimates/on-sqlite.js";
import { typicalRules, VIP } from "../estimates/typical-rules.js";
import { CURRENCY, NOW } from "../population/people.js";
import { eachBesideEach, ratioOf, timesOf } from "../rounds.js";
import { fill } from "./listed-rows.js";
import { questionsOf } from "./questions.js";

const ROWS = { usual: 100_000, full: 1_000_000 } as const;
const FEW = 10_000;
/** Of many rows, a first page may take three times as long as of few. */
const TARGET = 1 / 3;

export const lists: Benchmark = {
  name: "lists",
  compares: `the first page of every list, filter and search, beside that of ${FEW.toLocaleString("en")} rows`,
  run: async (bench) => {
    const rows = bench.full ? ROWS.full : ROWS.usual;
    const sizes = { many: rows, few: FEW };
    await compareLists("sqlite", (count) => openSqlite(bench, count, "lists"), sizes, bench);
    const mongo = await bench.mongo();
    if ("missing" in mongo) return bench.notRun("lists/mongo", mongo.missing);
    await compareLists("mongo", (count) => openMongo(bench, mongo.url, `crm_bench_lists_${count}`), sizes, bench);
  },
};

export async function compareLists(
  label: string,
  open: (rows: number) => Promise<Ground>,
  sizes: { readonly many: number; readonly few: number },
  bench: Bench,
): Promise<void> {
  const grounds: Ground[] = [];
  const engines: Engine[] = [];
  const questions = async (rows: number) => {
    const ground = await open(rows);
    grounds.push(ground);
    if (!ground.loaded) await fill(ground.store, rows, bench.say);
    await ground.ready();
    const clock = (): number => NOW + Math.round(performance.now());
    const engine = createEngine({ store: ground.store, queue: memoryQueue(), currency: CURRENCY, clock });
    engines.push(engine);
    const { name, version } = await ground.store.info();
    bench.server(label, `${name} ${version}`);
    return questionsOf(engine, await segmentsOf(engine));
  };
  try {
    const many = await questions(sizes.many);
    const few = await questions(sizes.few);
    for (const [question, ask] of Object.entries(many)) {
      const beside = few[question];
      if (!beside) throw new Error(`${question} is asked of many only`);
      const { ours, baseline, answer } = await eachBesideEach(bench.rounds, ask, beside);
      const ratio = ratioOf({ ours, baseline });
      bench.measured({ name: `lists/${label}/${question}`, target: TARGET, ratio, ...timesOf({ ours, baseline }), answer });
    }
  } finally {
    for (const engine of engines) await engine.close();
    for (const ground of grounds) await ground.close();
  }
}

/** One for each of the typical rules, by its name. */
async function segmentsOf(engine: Engine): Promise<Readonly<Record<string, string>>> {
  const vip = await engine.segments.create({ name: "VIP", rule: VIP });
  const ids: Record<string, string> = {};
  for (const { name, rule } of typicalRules(vip.id)) ids[name] = (await engine.segments.create({ name, rule })).id;
  return ids;
}
