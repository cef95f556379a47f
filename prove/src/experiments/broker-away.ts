import { setTimeout as sleep } from "node:timers/promises";
import { type Container, type CrmProcess, residentMb } from "@crm-engine/servers";
import type { Experiment } from "../experiment.js";
import { type Answer, ingestLoad } from "../uploads/ingest-load.js";
import { judgeIngested, untilApplied } from "../uploads/judge-ingested.js";
import type { Verdict } from "../verdict.js";
import { getJson } from "../world/http.js";
import { until } from "../world/until.js";
import type { World } from "../world/world.js";

const CLIENTS = 8;
const BUYERS = 1_000;
const ANSWER_MS = 2_000;
/** A small run may share its machine with others; the full one may not. */
const BUSY_MS = 1_500;
const GROWTH_MB = 50;
/** V8 lets garbage lie while there is room: in a small heap, memory is what is really held. What needs more than this ends. */
const BOUNDED = { NODE_OPTIONS: "--max-old-space-size=80" };
/** Memory is measured over the last part of a while, since it goes up and down between collections. */
const MEASURED_SHARE = 0.25;
const MEASURE_EVERY_MS = 100;
const BACK_MS = 10_000;
const BOOT_MS = 120_000;

/** Ways in which a broker can be away. */
const OUTAGES = [
  { name: "Killed", begin: (broker: Container) => broker.kill(), end: (broker: Container) => broker.start() },
  { name: "Paused", begin: (broker: Container) => broker.pause(), end: (broker: Container) => broker.unpause() },
] as const;
type Outage = (typeof OUTAGES)[number];

interface Stage {
  readonly api: CrmProcess;
  readonly worker: CrmProcess;
  readonly answers: readonly Answer[];
}

/** The broker is gone for a while under load, once killed and once standing still with its connections open. */
export const brokerAway: Experiment = {
  name: "broker-away",
  mustBe: "503 within 2 s for every request meanwhile, no more than 50 MB more memory, consuming again within 10 s, no restart",
  notApplicable: { sqlite: "there is no broker process" },
  needsOwnBroker: true,
  run: async (world, verdict) => {
    const { random } = world;
    const api = world.start("serve", "api", BOUNDED);
    const worker = world.start("worker", "worker", BOUNDED);
    await Promise.all([api.ready, worker.ready]);
    const answers: Answer[] = [];
    const over = new AbortController();
    const load = ingestLoad({
      clients: CLIENTS,
      url: async () => api.url(),
      people: BUYERS,
      random,
      signal: over.signal,
      onAnswer: (answer) => answers.push(answer),
    });
    try {
      for (const outage of OUTAGES) {
        await goThrough(world, { api, worker, answers }, outage, verdict);
      }
    } finally {
      over.abort();
    }
    const ingested = await load;
    await untilApplied(world, ingested);
    await worker.drain();
    await judgeIngested(world, ingested, verdict);
  },
};

async function goThrough(world: World, stage: Stage, { name, begin, end }: Outage, verdict: Verdict): Promise<void> {
  const { answers } = stage;
  // Memory grows by itself until a process has done a while of what it does.
  const before = await memoryAfter(stage, world.scale.waitMs(20_000, 1_500));
  await begin(world.broker());
  const from = Date.now();
  const after = await memoryAfter(stage, world.scale.waitMs(60_000, 3_000));
  const to = Date.now();
  await end(world.broker());
  await until("the broker answers", () => answersAgain(world), { timeoutMs: BOOT_MS });
  const backAt = Date.now();
  await consumed(stage);
  const consumingAfterMs = Date.now() - backAt;

  // Those that are open now began after the outage, or have taken too long: the judgement below must not miss them.
  const meanwhile = answers.filter(({ begunAt, endedAt }) => begunAt < to && endedAt > from);
  const within = meanwhile.filter(({ begunAt, endedAt }) => begunAt >= from && endedAt <= to);
  const slowestMs = meanwhile.reduce((most, { begunAt, endedAt }) => Math.max(most, endedAt - begunAt), 0);
  verdict.atLeast(`requestsWhile${name}`, within.length, 1);
  verdict.equal(`otherThan503While${name}`, within.filter(({ status }) => status !== 503).length, 0);
  verdict.atMost(`slowestMsWhile${name}`, slowestMs, ANSWER_MS + (world.scale.factor < 1 ? BUSY_MS : 0));
  verdict.figure(`apiMbBefore${name}`, Math.round(before.api));
  verdict.atMost(`apiGrewMbWhile${name}`, grown(before.api, after.api), GROWTH_MB);
  verdict.atMost(`workerGrewMbWhile${name}`, grown(before.worker, after.worker), GROWTH_MB);
  verdict.atMost(`consumingAgainMsAfter${name}`, consumingAfterMs, BACK_MS);
  world.say(
    `${name.toLowerCase()}: ${within.length} requests, the slowest took ${slowestMs} ms; consuming again after ${consumingAfterMs} ms`,
  );
}

/** On a connection of its own, so that nobody's pause before the next try is counted as the broker's. */
async function answersAgain(world: World): Promise<boolean> {
  const { engine } = await world.open();
  try {
    await engine.ready();
    return true;
  } catch {
    return false;
  } finally {
    await engine.close();
  }
}

/** Settles when something that was accepted from now on has been applied. */
async function consumed({ api }: Stage): Promise<void> {
  const order = { id: `probe-${Date.now()}`, customerId: "probe", amount: "1.00", placedAt: "2026-01-01T00:00:00Z" };
  const init = { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(order) };
  const accepted = async () => {
    const response = await fetch(`${api.url()}/api/orders`, init);
    const { batchId } = (await response.json()) as { readonly batchId: string };
    return response.status === 202 && batchId;
  };
  const batchId = await until("an order is accepted", accepted, { timeoutMs: 2 * BACK_MS });
  const applied = async () =>
    (await getJson<{ readonly status: string }>(`${api.url()}/api/batches/${batchId}`)).status === "completed";
  await until("an order is applied", applied, { timeoutMs: 2 * BACK_MS });
}

/** What the processes have in memory, as a median, at the end of a while. */
async function memoryAfter({ api, worker }: Stage, ms: number): Promise<{ readonly api: number; readonly worker: number }> {
  await sleep(ms * (1 - MEASURED_SHARE));
  const seen = { api: [] as number[], worker: [] as number[] };
  for (const end = Date.now() + ms * MEASURED_SHARE; Date.now() < end; await sleep(MEASURE_EVERY_MS)) {
    seen.api.push(residentMb(api));
    seen.worker.push(residentMb(worker));
  }
  return { api: median(seen.api), worker: median(seen.worker) };
}

function grown(before: number, after: number): number {
  return Math.max(0, Math.round(after - before));
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? 0;
}
