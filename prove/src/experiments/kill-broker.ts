import { setTimeout as sleep } from "node:timers/promises";
import { hasCode } from "@crm-engine/core";
import type { MessageQueue, QueueMessage } from "@crm-engine/core/ports";
import type { Experiment } from "../experiment.js";
import { untilNothingLeft } from "../uploads/judge-ingested.js";
import type { Verdict } from "../verdict.js";
import { until } from "../world/until.js";
import type { World } from "../world/world.js";

const TOPIC = "orders";
const PUBLISHERS = 4;
const MOST_AT_ONCE = 100;
const PAUSE_MS = 10;
const PREFETCH = 50;
/** A message takes up to so long, so that the broker has some when it is killed. */
const MOST_HANDLING_MS = 20;
const RECOVERY_MS = 120_000;
/**
 * RabbitMQ 4.3 writes down the name of a new quorum queue about a second late: killed before that, it begins the queue anew, and
 * what was confirmed meanwhile is gone. A queue's first moments are not what is proven here.
 */
const QUEUE_AGE_MS = 3_000;

/** What publishers were told, by message. */
interface Published {
  readonly acknowledged: Set<string>;
  refused: number;
  slowestMs: number;
}

/** The broker is killed while messages come and go. */
export const killBroker: Experiment = {
  name: "kill-broker",
  mustBe: "every message whose publish was acknowledged is delivered",
  notApplicable: { sqlite: "there is no broker process" },
  needsOwnBroker: true,
  run: async (world, verdict) => {
    const messages = world.scale.count(100_000, 2_000);
    const kills = world.scale.count(20, 2);
    const consumer = world.queue;
    await mustBeDurable(consumer, verdict);
    const seen = new Map<string, number>();
    await consumer.subscribe(TOPIC, (message) => handle(message, seen, world), { prefetch: PREFETCH });
    if (world.pairing === "rabbitmq") await sleep(QUEUE_AGE_MS);

    const published: Published = { acknowledged: new Set(), refused: 0, slowestMs: 0 };
    const enough = new AbortController();
    const { queue } = await world.open();
    const publishers = Promise.all(
      Array.from({ length: PUBLISHERS }, (_, index) =>
        publish(world, { queue, name: `publisher-${index + 1}`, messages, published, enough: enough.signal }),
      ),
    );
    try {
      const mostWaiting = await killOneByOne(world, { messages, kills, published, seen });
      verdict.figure("mostWaitingAtAKill", mostWaiting);
    } finally {
      enough.abort();
    }
    await publishers;
    const lost = () => [...published.acknowledged].filter((id) => !seen.has(id)).length;
    await untilNothingLeft(world, async () => lost());

    verdict.figure("kills", kills);
    verdict.atLeast("acknowledged", published.acknowledged.size, messages);
    verdict.figure("refusedPublishes", published.refused);
    verdict.figure("slowestPublishMs", published.slowestMs);
    verdict.figure("deliveredAgain", [...seen.values()].filter((times) => times > 1).length);
    verdict.equal("lost", lost(), 0);
  },
};

/** A broker that promises less than what is asked of it here proves nothing. */
async function mustBeDurable(queue: MessageQueue, verdict: Verdict): Promise<void> {
  const { name, durable, warnings } = await queue.info();
  if (!durable) verdict.miss(`${name} is not durable`);
  for (const warning of warnings) verdict.miss(warning);
  verdict.figure("durability", name === "RabbitMQ" ? "quorum queues" : "appendonly yes, appendfsync always");
}

async function handle({ id }: QueueMessage, seen: Map<string, number>, { random }: World): Promise<void> {
  await sleep(random.below(MOST_HANDLING_MS));
  seen.set(id, (seen.get(id) ?? 0) + 1);
}

interface Publishing {
  readonly queue: MessageQueue;
  readonly name: string;
  /** Acknowledged by all publishers together: then it is over, but not before the kills are. */
  readonly messages: number;
  readonly published: Published;
  readonly enough: AbortSignal;
}

/** A publish that is refused is not repeated: what comes next has new ids. */
async function publish({ random }: World, { queue, name, messages, published, enough }: Publishing): Promise<void> {
  for (let n = 0; !enough.aborted || published.acknowledged.size < messages; n++) {
    const batch = Array.from({ length: 1 + random.below(MOST_AT_ONCE) }, (_, i) => ({
      id: `${name}-${n}-${i}`,
      body: JSON.stringify({ n, i }),
    }));
    const begunAt = Date.now();
    try {
      await queue.publish(TOPIC, batch);
      for (const { id } of batch) published.acknowledged.add(id);
    } catch (error) {
      if (!hasCode(error, "unavailable")) throw error;
      published.refused += 1;
    }
    published.slowestMs = Math.max(published.slowestMs, Date.now() - begunAt);
    await sleep(PAUSE_MS);
  }
}

interface Killing {
  readonly messages: number;
  readonly kills: number;
  readonly published: Published;
  readonly seen: ReadonlyMap<string, number>;
}

/** Each kill comes somewhere in its share of the messages. Returns how many acknowledged ones waited, at most, when one came. */
async function killOneByOne(world: World, { messages, kills, published, seen }: Killing): Promise<number> {
  const broker = world.broker();
  let mostWaiting = 0;
  for (let n = 0; n < kills; n++) {
    const mark = (messages * (n + world.random.share())) / kills;
    await until(`${Math.round(mark)} messages are acknowledged`, () => published.acknowledged.size >= mark, {
      timeoutMs: RECOVERY_MS,
      everyMs: 2,
    });
    mostWaiting = Math.max(mostWaiting, [...published.acknowledged].filter((id) => !seen.has(id)).length);
    await broker.kill();
    await broker.start();
    if ((n + 1) % 5 === 0)
      world.say(`${n + 1} of ${kills} kills, ${published.acknowledged.size.toLocaleString("en")} messages acknowledged`);
  }
  return mostWaiting;
}
