import { type BatchKind, createBatcher, type Engine, type Logger, rowsIn, type Topic } from "@crm-engine/core";
import type { DeliveredMessage, Subscription } from "@crm-engine/core/ports";

export interface ConsumerOptions {
  readonly batchSize: number;
  readonly batchWaitMs: number;
  readonly prefetch: number;
  readonly logger: Logger;
}

/**
 * Collects a topic's messages into batches by size or time and applies each batch at once. A message is acknowledged
 * when its own batch has been applied, so a kill at any moment redelivers it.
 */
export function consume(engine: Engine, topic: Topic, options: ConsumerOptions): Promise<Subscription> {
  const { batchSize, batchWaitMs, prefetch, logger } = options;
  const apply = topic === "receipts" ? engine.work.applyReceipts : rowsOf(engine, topic);
  const batcher = createBatcher<DeliveredMessage>({
    maxSize: batchSize,
    maxWaitMs: batchWaitMs,
    weigh: topic === "receipts" ? () => 1 : rowsIn,
    flush: async (messages) => {
      try {
        return await apply(messages);
      } catch (error) {
        logger.warn({ topic, messages: messages.length, err: error }, "a batch was refused; its messages are tried again");
        throw error;
      }
    },
  });
  return engine.work.queue.subscribe(topic, (message) => batcher.add(message), { prefetch });
}

function rowsOf(engine: Engine, kind: BatchKind): (messages: readonly DeliveredMessage[]) => Promise<undefined> {
  return async (messages) => {
    await engine.work.applyRows(kind, messages);
    return undefined;
  };
}
