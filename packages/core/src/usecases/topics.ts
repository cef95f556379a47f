import { createBatcher } from "../batch/batcher.js";
import type { ConsumeOptions, TopicWork } from "../engine/work.js";
import { type QueueMessage, type Subscription, TOPICS, type Topic } from "../ports/queue.js";
import { createApplyRows } from "./batches/apply-rows.js";
import type { BatchNews } from "./batches/batch-news.js";
import { rowsIn } from "./batches/row-message.js";
import { applyReceipts } from "./communications/receipts.js";
import type { EngineParts } from "./engine-parts.js";
import type { InHand } from "./health/in-hand.js";
import { publicReason } from "./sender/public-reason.js";
import { applySuppressions } from "./suppressions/suppressions.js";

interface Handler {
  apply(messages: readonly QueueMessage[], onRowRefused?: ConsumeOptions["onRowRefused"]): ReturnType<TopicWork["apply"]>;
  /** How much of a batch a message fills. */
  weigh(message: QueueMessage): number;
}

/** What goes on beside the work itself. */
interface Beside {
  readonly news: BatchNews;
  readonly inHand: InHand;
}

export function createTopics(parts: EngineParts, { news, inHand }: Beside): readonly TopicWork[] {
  const applyRows = createApplyRows(parts, news);
  const handlers: Readonly<Record<Topic, Handler>> = {
    customers: { weigh: rowsIn, apply: (...args) => applyRows("customers", ...args) },
    orders: { weigh: rowsIn, apply: (...args) => applyRows("orders", ...args) },
    suppressions: { weigh: () => 1, apply: (messages) => applySuppressions(parts, messages) },
    receipts: { weigh: () => 1, apply: (messages) => applyReceipts(parts, messages) },
  };
  return TOPICS.map((topic) => ({
    topic,
    apply: (messages) => handlers[topic].apply(messages),
    consume: (options) => consume(parts, topic, { ...handlers[topic], inHand }, options),
  }));
}

function consume(
  { queue, logger }: EngineParts,
  topic: Topic,
  { weigh, apply, inHand }: Handler & Pick<Beside, "inHand">,
  { batchSize, batchWaitMs, prefetch, onRefused, onRowRefused, events }: ConsumeOptions,
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
  return queue.subscribe(topic, (message) => inHand.during(topic, 1, () => batcher.add(message)), {
    prefetch,
    events: {
      buried: ({ id, attempts, reason }) =>
        logger.warn({ topic, id, attempts, reason: publicReason(reason) }, "a message became a dead letter"),
      failed: (error) => events?.failed(error),
      recovered: () => events?.recovered(),
    },
  });
}
