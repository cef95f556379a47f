import type { BatchKind, DeadLetter } from "@crm-engine/core";
import type { QueueMessage } from "@crm-engine/core/ports";
import type { Experiment } from "../experiment.js";
import type { Random } from "../random.js";
import { untilNothingLeft } from "../uploads/judge-ingested.js";
import type { Verdict } from "../verdict.js";
import { everyone, person, personId } from "../world/audience.js";
import { killNowAndThen } from "../world/kill-now-and-then.js";
import { allPages } from "../world/pages.js";
import type { World } from "../world/world.js";

const WORKERS = 2;
const KINDS = ["customers", "orders"] as const satisfies readonly BatchKind[];
const PUBLISHED_AT_ONCE = 500;
const LEASE_MS = 2_000;
/** What a dead worker had in hand comes again, and the last pause between attempts. */
const STALLED_MS = 15_000;

/** Bodies of which no worker can make anything. */
const POISON = ["{ not json", "null", '{"count":1}', '{"count":1,"batchId":"b","part":0,"entries":[null]}'];

/** Messages that nobody can apply, among good ones. */
interface Delivery {
  readonly kind: BatchKind;
  readonly batchId: string;
  readonly good: number;
  readonly poison: number;
}

/** Poison messages among good ones, with a worker killed now and then. */
export const poison: Experiment = {
  name: "poison",
  mustBe: "every poison message is a dead letter with its reason, every other one is applied",
  run: async (world, verdict) => {
    const { engine, scale } = world;
    const messages = scale.count(100_000, 2_000);
    const bad = scale.count(100, 6);
    const kills = scale.count(20, 2);
    const workers = world.crew("worker", WORKERS, () => ({ LEASE_MS: String(LEASE_MS) }));
    await workers.ready();
    const deliveries = KINDS.map((kind): Delivery => {
      const share = (count: number) => count / KINDS.length;
      return { kind, batchId: `poisoned-${kind}`, good: share(messages - bad), poison: share(bad) };
    });
    const applied = () => appliedRows(world, deliveries);
    const killing = killNowAndThen(world, workers, { kills, rows: messages - bad, applied, stalledMs: STALLED_MS });
    await Promise.all(deliveries.map((delivery) => publish(world, delivery)));
    await killing;
    const open = async () => messages - (await appliedRows(world, deliveries)) - (await deadLetters(engine)).length;
    await untilNothingLeft(world, async () => Math.max(0, await open()));
    verdict.figure("kills", kills);
    await judge(world, deliveries, { messages, bad }, verdict);
    if ((await deadLetters(engine)).length === bad) await replay(world, bad, verdict);
    verdict.equal("appliedAfterReplay", await appliedRows(world, deliveries), messages - bad);
  },
};

/** As an upload does it: the record first, then its messages, then the seal. */
async function publish({ store, queue, random }: World, { kind, batchId, good, poison: bad }: Delivery): Promise<void> {
  await store.batches.insert({ id: batchId, kind, createdAt: Date.now() });
  const healthy = Array.from({ length: good }, (_, part) => rowMessage(kind, batchId, part));
  const messages = withPoison(healthy, kind, bad, random);
  for (let start = 0; start < messages.length; start += PUBLISHED_AT_ONCE) {
    await queue.publish(kind, messages.slice(start, start + PUBLISHED_AT_ONCE));
  }
  await store.batches.seal(batchId, { received: good, truncated: false });
}

function rowMessage(kind: BatchKind, batchId: string, part: number): QueueMessage {
  const data = kind === "customers" ? person(part) : orderOf(part);
  const entries = [{ rows: [part + 1], stamp: Date.now() * 1_000, data }];
  return { id: `${batchId}.${part}`, body: JSON.stringify({ count: 1, batchId, part, single: false, entries }) };
}

function orderOf(n: number) {
  return { id: `order-${n}`, customerId: personId(n % 1_000), amount: "1.00", placedAt: "2026-01-01T00:00:00Z" };
}

/** In places by chance. */
function withPoison(healthy: readonly QueueMessage[], kind: BatchKind, bad: number, random: Random): readonly QueueMessage[] {
  const messages = [...healthy];
  for (let n = 0; n < bad; n++) {
    messages.splice(random.below(messages.length), 0, { id: `poison-${kind}-${n}`, body: random.pick(POISON) });
  }
  return messages;
}

async function appliedRows({ store }: World, deliveries: readonly Delivery[]): Promise<number> {
  const batches = await Promise.all(deliveries.map(({ batchId }) => store.batches.get(batchId)));
  return batches.reduce((sum, batch) => sum + (batch?.accepted ?? 0), 0);
}

function deadLetters({ queues }: World["engine"]): Promise<readonly DeadLetter[]> {
  return allPages((page) => queues.deadLetters({}, page));
}

interface Expected {
  readonly messages: number;
  readonly bad: number;
}

async function judge(
  world: World,
  deliveries: readonly Delivery[],
  { messages, bad }: Expected,
  verdict: Verdict,
): Promise<void> {
  const { engine } = world;
  const dead = await deadLetters(engine);
  const isPoison = ({ id }: DeadLetter) => id.startsWith("poison-");
  const orders = await allPages((page) => engine.orders.list({}, page));
  const people = new Set((await everyone(world)).map(({ id }) => id));
  const [customersSent, ordersSent] = deliveries.map(({ good }) => good);
  verdict.equal("deadLetters", dead.length, bad);
  verdict.equal("withoutReason", dead.filter(({ reason }) => reason === "").length, 0);
  verdict.equal("poisonBuried", new Set(dead.filter(isPoison).map(({ id }) => id)).size, bad);
  verdict.equal("healthyDeadLetters", dead.filter((letter) => !isPoison(letter)).length, 0);
  verdict.equal("applied", await appliedRows(world, deliveries), messages - bad);
  verdict.equal("ordersStored", orders.length, ordersSent ?? 0);
  const missing = Array.from({ length: customersSent ?? 0 }, (_, n) => personId(n)).filter((id) => !people.has(id));
  verdict.equal("customersMissing", missing.length, 0);
  verdict.equal("wrongTotals", (await engine.recount()).corrected, 0);
}

/** Dead letters that are put back become dead letters again: nothing has been mended meanwhile. */
async function replay(world: World, bad: number, verdict: Verdict): Promise<void> {
  const { engine, say } = world;
  let replayed = 0;
  for (const topic of KINDS) replayed += await engine.queues.replay({ topic });
  say(`${replayed} dead letters put back`);
  const buried = async () => (await deadLetters(engine)).length;
  await untilNothingLeft(world, async () => Math.max(0, bad - (await buried())));
  verdict.equal("replayed", replayed, bad);
  verdict.equal("deadLettersAgain", await buried(), bad);
}
