import { setTimeout as sleep } from "node:timers/promises";
import { createEngine } from "./create-engine.js";
import type { Engine } from "./engine/index.js";
import type { EngineOptions } from "./engine/options.js";
import { memoryQueue, memoryStore } from "./memory/index.js";
import type { StoredCampaign } from "./model/campaign.js";
import type { Store } from "./ports/index.js";
import type { MessageQueue, QueueMessage, Topic } from "./ports/queue.js";
import type { OutgoingMessage, Sender, SendResult } from "./ports/sender.js";

/** A vendor that records every call and answers as configured. */
export interface RecordingSender extends Sender {
  readonly calls: readonly (readonly OutgoingMessage[])[];
}

export type Answer = (
  message: OutgoingMessage,
) => Omit<SendResult, "id"> | undefined | Promise<Omit<SendResult, "id"> | undefined>;

export function recordingSender(answer: Answer = () => ({ status: "accepted" }), options: Partial<Sender> = {}): RecordingSender {
  const calls: OutgoingMessage[][] = [];
  return {
    remembersKeysMs: Number.POSITIVE_INFINITY,
    maxBatch: 100,
    maxBatchBytes: 4 * 2 ** 20,
    timeoutMs: 1_000,
    calls,
    send: async ({ messages }) => {
      calls.push([...messages]);
      const results: SendResult[] = [];
      for (const message of messages) {
        const result = await answer(message);
        if (result) results.push({ id: message.id, ...result });
      }
      return results;
    },
    close: async () => undefined,
    ...options,
  };
}

/** An engine on the in-memory adapters, with the store and queue that it was built with. */
export interface MemoryEngine extends Engine {
  readonly store: Store;
  readonly queue: MessageQueue;
  /** Works off everything queued. */
  workOff(): Promise<void>;
  /** Applies messages of a topic at once; returns the outcome of each. */
  apply(topic: Topic, messages: readonly QueueMessage[]): Promise<readonly (Error | undefined)[]>;
}

export function memoryEngine(options: Partial<EngineOptions> = {}): MemoryEngine {
  const { store = memoryStore(), queue = memoryQueue() } = options;
  const engine = createEngine({ ...options, store, queue });
  const { topics } = engine.work;
  const waiting = async () => (await engine.queues.depths()).reduce((sum, { messages }) => sum + messages, 0);
  const workOff = async () => {
    const subscriptions = await Promise.all(topics.map(({ consume }) => consume({ batchSize: 1, batchWaitMs: 0, prefetch: 10 })));
    for (let turn = 0; turn < 500 && (await waiting()) > 0; turn++) await sleep(2);
    await Promise.all(subscriptions.map((subscription) => subscription.close()));
  };
  const apply = async (topic: Topic, messages: readonly QueueMessage[]) => {
    const outcomes = await topics.find((work) => work.topic === topic)?.apply(messages);
    return outcomes ?? [];
  };
  return { ...engine, store, queue, workOff, apply };
}

/** An engine that has taken in these customers. */
export async function engineWith(
  rows: readonly object[],
  sender: Sender = recordingSender(),
  options: Partial<EngineOptions> = {},
): Promise<MemoryEngine> {
  const engine = memoryEngine({ sender, ...options });
  await engine.ingest.customers(rows);
  await engine.workOff();
  return engine;
}

/** Plans and delivers until there is nothing to do. */
export async function runCampaigns(engine: Engine): Promise<void> {
  const signal = new AbortController().signal;
  for (let turn = 0; turn < 1_000; turn++) {
    const planned = await engine.work.plan(signal);
    const delivered = await engine.work.deliver(signal);
    if (!planned && !delivered) return;
  }
  throw new Error("The campaigns did not come to rest.");
}

/** Deletes a campaign's segment as one whose deletion had begun before the campaign was saved. */
export async function loseSegment({ campaigns, store }: MemoryEngine, campaignId: string): Promise<void> {
  await store.segments.delete((await campaigns.get(campaignId)).segmentIds[0] ?? "", 1);
}

/** A campaign to everyone, by e-mail, in draft. */
export async function draftToAll(engine: Engine, body = "Hi {{ customer.name }}"): Promise<string> {
  const segment = await engine.segments.create({ name: "Everyone", rule: { all: [] } });
  const message = { channel: "email", subject: "Hello", body } as const;
  return (await engine.campaigns.create({ name: "Hello", segmentId: segment.id, message })).id;
}

export function people(count: number, more: object = {}): readonly object[] {
  return Array.from({ length: count }, (_, index) => ({
    id: `p${String(index).padStart(4, "0")}`,
    email: `p${index}@example.com`,
    name: `Person ${index}`,
    ...more,
  }));
}

/** A campaign as the store keeps it, with what no view shows. */
export async function storedCampaign({ store }: Pick<MemoryEngine, "store">, id: string): Promise<StoredCampaign> {
  const campaign = await store.campaigns.get(id);
  if (!campaign) throw new Error(`There is no campaign ${id}.`);
  return campaign;
}
