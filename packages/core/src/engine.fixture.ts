import { createEngine } from "./create-engine.js";
import type { Engine } from "./engine/index.js";
import type { EngineOptions } from "./engine/options.js";
import { memoryQueue, memoryStore } from "./memory/index.js";
import type { OutgoingMessage, Sender, SendResult } from "./ports/sender.js";

/** A vendor that writes down every call and answers as it is told. */
export interface RecordingSender extends Sender {
  readonly calls: readonly (readonly OutgoingMessage[])[];
}

export type Answer = (
  message: OutgoingMessage,
) => Omit<SendResult, "id"> | undefined | Promise<Omit<SendResult, "id"> | undefined>;

export function recordingSender(answer: Answer = () => ({ status: "accepted" }), options: Partial<Sender> = {}): RecordingSender {
  const calls: OutgoingMessage[][] = [];
  return {
    honoursKeys: true,
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

/** An engine on the in-memory adapters, with everything queued worked off on demand. */
export function memoryEngine(options: Partial<EngineOptions> = {}): Engine & { workOff(): Promise<void> } {
  const engine = createEngine({ store: memoryStore(), queue: memoryQueue(), ...options });
  const workOff = async () => {
    const subscriptions = await Promise.all([
      ...(["customers", "orders"] as const).map((kind) =>
        engine.work.queue.subscribe(kind, (message) => engine.work.applyRows(kind, [message]), { prefetch: 10 }),
      ),
      engine.work.queue.subscribe(
        "receipts",
        async (message) => {
          const [outcome] = await engine.work.applyReceipts([message]);
          if (outcome) throw outcome;
        },
        { prefetch: 10 },
      ),
    ]);
    const waiting = async () => {
      const depths = await Promise.all(
        (["customers", "orders", "receipts"] as const).map((topic) => engine.work.queue.depth(topic)),
      );
      return depths.reduce((sum, depth) => sum + depth.messages, 0);
    };
    for (let turn = 0; turn < 500 && (await waiting()) > 0; turn++) await new Promise((resolve) => setTimeout(resolve, 2));
    await Promise.all(subscriptions.map((subscription) => subscription.close()));
  };
  return { ...engine, workOff };
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
