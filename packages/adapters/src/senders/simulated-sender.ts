import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { hasCode, type Sender, type SendResult } from "@crm-engine/core/ports";

/** What the vendor says later of a message, as it would post it to the receipts endpoint. */
export interface SimulatedReceipt {
  readonly messageId: string;
  readonly status: "sent" | "delivered" | "failed";
  /** ISO 8601. */
  readonly occurredAt: string;
  readonly reason?: string;
}

export interface SimulatedSenderOptions {
  /** Share of messages, from 0 to 1, that are accepted but later reported as failed. */
  readonly failureRate?: number;
  /** Time from the answer to the receipts. */
  readonly delayMs?: number;
  /** With the message's id it decides the message's fate. */
  readonly seed?: number;
  /** Takes the receipts back; a rejection is tried again, as a vendor does. */
  readonly report: (receipts: readonly SimulatedReceipt[]) => Promise<unknown>;
}

const REPORT_ATTEMPTS = 5;
const CLOSE_WAIT_MS = 5_000;

/**
 * Behaves like a vendor and reaches nobody: accepts every message, then reports `sent` and `delivered` or `failed`.
 * A message's answer and fate are a function of its key and the seed, so the same key gets the same ones in every process.
 */
export function simulatedSender(options: SimulatedSenderOptions): Sender {
  const { failureRate = 0, delayMs = 0, seed = 1 } = options;
  const pending = new Set<Promise<void>>();
  const closing = new AbortController();

  /** Closing cuts a pause short: what was accepted is reported then. */
  const pause = (ms: number) => sleep(ms, undefined, { signal: closing.signal }).catch(() => undefined);

  const reportLater = async (ids: readonly string[], sentAt: string): Promise<void> => {
    await pause(delayMs);
    const occurredAt = new Date().toISOString();
    const receipts = [
      ...ids.map((id): SimulatedReceipt => ({ messageId: id, status: "sent", occurredAt: sentAt })),
      ...ids.map((id): SimulatedReceipt => {
        const fails = draw(seed, id).share < failureRate;
        return {
          messageId: id,
          occurredAt,
          ...(fails ? { status: "failed", reason: "simulated failure" } : { status: "delivered" }),
        };
      }),
    ];
    for (let attempt = 1; attempt <= REPORT_ATTEMPTS; attempt++) {
      try {
        await options.report(receipts);
        return;
      } catch (error) {
        if (hasCode(error, "closed")) return;
        await pause(100 * 2 ** attempt);
      }
    }
  };

  return {
    simulated: true,
    remembersKeysMs: Number.POSITIVE_INFINITY,
    maxBatch: 500,
    maxBatchBytes: 4 * 2 ** 20,
    timeoutMs: 1_000,
    send: async ({ messages }): Promise<readonly SendResult[]> => {
      const ids = messages.map(({ id }) => id);
      const report = reportLater(ids, new Date().toISOString()).finally(() => pending.delete(report));
      pending.add(report);
      return ids.map((id) => ({ id, status: "accepted", vendorMessageId: `sim-${draw(seed, id).name}` }));
    },
    close: async () => {
      closing.abort();
      await Promise.race([Promise.all(pending), sleep(CLOSE_WAIT_MS, undefined, { ref: false })]);
    },
  };
}

/** A share in [0, 1) and a name, both fixed for a key and seed. */
function draw(seed: number, id: string): { readonly share: number; readonly name: string } {
  const digest = createHash("sha256").update(`${seed}:${id}`).digest();
  return { share: digest.readUInt32BE(0) / 2 ** 32, name: digest.toString("hex", 4, 12) };
}
