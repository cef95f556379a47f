import type { MessageQueue } from "@crm-engine/core/ports";
import { queueContract } from "@crm-engine/core/testing";
import { it } from "vitest";
import { type CuttableProxy, openProxy } from "../../../../test/cuttable-proxy.js";

const MAX_ATTEMPTS = 3;
const MAX_WAIT_MS = 8_000;

/** How the contract's handles are made: on this URL, in the case's namespace, with this many attempts. */
export type OpenQueue = (url: string, namespace: string, maxAttempts: number) => MessageQueue;

/** Every case of the contract against a real broker, each in a fresh namespace; a crash cuts a handle's connections. */
export function runQueueContract(brokerUrl: string, defaultPort: number, freshNamespace: () => string, open: OpenQueue): void {
  it.each(queueContract)("$name", async ({ run }) => {
    const namespace = freshNamespace();
    const handles = new Map<MessageQueue, CuttableProxy>();
    try {
      await run({
        open: async () => {
          const proxy = await openProxy(brokerUrl, defaultPort);
          const queue = open(proxy.url, namespace, MAX_ATTEMPTS);
          handles.set(queue, proxy);
          return queue;
        },
        crash: async (queue) => {
          handles.get(queue)?.cut();
          handles.delete(queue);
        },
        maxAttempts: MAX_ATTEMPTS,
        maxWaitMs: MAX_WAIT_MS,
      });
    } finally {
      for (const [queue, proxy] of handles) await queue.close().finally(() => proxy.cut());
    }
  });
}
