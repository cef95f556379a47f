import { setTimeout as sleep } from "node:timers/promises";
import { type Engine, hasCode } from "@crm-engine/core";
import type { Verdict } from "../verdict.js";
import { everyone } from "../world/audience.js";
import { allPages } from "../world/pages.js";
import { whileProgressing } from "../world/until.js";
import type { World } from "../world/world.js";
import { CHANGED_AMOUNT, type Ingested } from "./ingest-load.js";

/** Settles when every queue is empty; throws when they have stood still, or could not be asked, for `stalledMs`. */
export async function untilQueuesEmpty({ engine }: World, stalledMs: number): Promise<void> {
  await whileProgressing(
    "the queues are empty",
    async () => {
      const messages = await waiting(engine);
      return { done: messages === 0, progress: messages };
    },
    { stalledMs },
  );
}

const LOOK_EVERY_MS = 200;
const STILL_MS = 15_000;
/** The queues are empty: what was handed out last is being written. */
const EMPTY_STILL_MS = 2_000;

/**
 * Settles when nothing is left, or when what is left has stood still: it is for the caller to judge that. RabbitMQ's counts are not
 * asked, since they leave out what is in hand, and are late after a restart.
 */
export async function untilNothingLeft({ engine, pairing }: World, left: () => Promise<number>): Promise<void> {
  let last = Number.NaN;
  for (let movedAt = Date.now(); ; await sleep(LOOK_EVERY_MS)) {
    const now = await left();
    if (now === 0) return;
    if (now !== last) movedAt = Date.now();
    last = now;
    const empty = pairing !== "rabbitmq" && (await waiting(engine)) === 0;
    if (Date.now() - movedAt > (empty ? EMPTY_STILL_MS : STILL_MS)) return;
  }
}

/** What the queues still hold once nothing happens any more: a batch is completed by its last row's write, and its message acknowledged after. */
export async function messagesLeft(world: World): Promise<number> {
  const left = () => waiting(world.engine);
  await untilNothingLeft(world, left);
  return left();
}

/** Settles when every accepted batch is applied, or when nothing more happens. */
export function untilApplied(world: World, ingested: Ingested): Promise<void> {
  return untilNothingLeft(world, async () => (await openBatches(world, ingested)).length);
}

async function openBatches({ engine }: World, { batchIds }: Ingested): Promise<readonly string[]> {
  const batches = new Map((await allPages((page) => engine.batches.list({}, page))).map((batch) => [batch.id, batch]));
  return batchIds.filter((id) => {
    const batch = batches.get(id);
    return batch?.status !== "completed" || batch.accepted !== batch.received;
  });
}

/** Messages in all queues; -1 while the broker does not answer. */
async function waiting(engine: Engine): Promise<number> {
  try {
    return sum((await engine.queues.depths()).map(({ messages }) => messages));
  } catch (error) {
    if (hasCode(error, "unavailable")) return -1;
    throw error;
  }
}

/** Everything that was accepted has been applied, and totals are those of the stored orders. */
export async function judgeIngested(world: World, ingested: Ingested, verdict: Verdict): Promise<void> {
  const { engine } = world;
  const people = await everyone(world);
  const customers = new Set(people.map(({ id }) => id));
  const stored = await allPages((page) => engine.orders.list({}, page));
  const orders = new Map(stored.map(({ id, amount }) => [id, amount]));
  const open = await openBatches(world, ingested);
  verdict.atLeast("acknowledgedRows", ingested.customerIds.length + ingested.orderIds.length, 1);
  verdict.figure("unacknowledgedPosts", ingested.unacknowledged);
  verdict.equal("lostCustomers", ingested.customerIds.filter((id) => !customers.has(id)).length, 0);
  verdict.equal("lostOrders", ingested.orderIds.filter((id) => !orders.has(id)).length, 0);
  verdict.equal("lostChanges", ingested.changedOrderIds.filter((id) => orders.get(id) !== CHANGED_AMOUNT).length, 0);
  verdict.equal("openBatches", open.length, 0);
  verdict.equal("ordersDoubled", stored.length - orders.size, 0);
  verdict.equal("ordersInTotals", sum(people.map(({ orderCount }) => orderCount)), orders.size);
  verdict.equal(
    "spentInTotals",
    sum(people.map(({ totalSpend }) => cents(totalSpend))),
    sum(stored.map(({ amount }) => cents(amount))),
  );
  verdict.equal("wrongTotals", (await engine.recount()).corrected, 0);
  verdict.equal("deadLetters", sum((await engine.queues.depths()).map(({ deadLetters }) => deadLetters)), 0);
}

/** Whole numbers add up exactly. */
function cents(amount: number): number {
  return Math.round(amount * 100);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
