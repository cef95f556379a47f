import { createBatcher } from "../batch/batcher.js";
import type { ConsumeOptions, TopicWork } from "../engine/work.js";
import { type QueueMessage, type Subscription, TOPICS, type Topic } from "../ports/queue.js";
import { createApplyRows } from "./batches/apply-rows.js";
import { rowsIn } from "./batches/row-message.js";
import { applyReceipts } from "./communications/receipts.js";
import type { EngineParts } from "./engine-parts.js";
import { applySuppressions } from "./suppressions/suppressions.js";

interface Handler {
  apply(messages: readonly QueueMessage[], onRowRefused?: ConsumeOptions["onRowRefused"]): ReturnType<TopicWork["apply"]>;
  /** How much of a batch a message fills. */
  weigh(message: QueueMessage): number;
}

export function createTopics(parts: EngineParts): readonly TopicWork[] {
  const applyRows = createApplyRows(parts);
  const handlers: Readonly<Record<Topic, Handler>> = {
    customers: { weigh: rowsIn, apply: (...args) => applyRows("customers", ...args) },
    orders: { weigh: rowsIn, apply: (...args) => applyRows("orders", ...args) },
    suppressions: { weigh: () => 1, apply: (messages) => applySuppressions(parts, messages) },
    receipts: { weigh: () => 1, apply: (messages) => applyReceipts(parts, messages) },
  };
  return TOPICS.map((topic) => ({
    topic,
    apply: (messages) => handlers[topic].apply(messages),
    consume: (options) => consume(parts, topic, handlers[topic], options),
  }));
}

function consume(
  { queue }: EngineParts,
  topic: Topic,
  { weigh, apply }: Handler,
  { batchSize, batchWaitMs, prefetch, onRefused, onRowRefused }: ConsumeOptions,
): Promise<Subscription> {
  const batcher = createBatcher<QueueMessage>({
    maxSize: batchSize,
    maxWaitMs: batchWaitMs,
    weigh,
    flush: async (messages) => {
      try {
        return await apply(messages, onRowRefused);
      } catch (error) {
        onRefused?.(error, messages.length);
        throw error;
      }
    },
  });
  return queue.subscribe(topic, (message) => batcher.add(message), { prefetch });
}
