import { setTimeout as sleep } from "node:timers/promises";

const ATTEMPTS = 120;
const PAUSE_MS = 250;

/**
 * Reports messages as delivered, and tries again, as vendors do, while the API is away; it may move meanwhile. Whether the API
 * accepted it.
 */
export async function postReceipts(to: () => string | undefined, messageIds: readonly string[]): Promise<boolean> {
  const occurredAt = new Date().toISOString();
  const receipts = messageIds.map((messageId) => ({ messageId, status: "delivered", occurredAt }));
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const url = to();
    if (url === undefined || receipts.length === 0) return false;
    const init = { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ receipts }) };
    const response = await fetch(`${url}/api/receipts`, init).catch(() => undefined);
    await response?.text().catch(() => undefined);
    if (response?.ok) return true;
    await sleep(PAUSE_MS);
  }
  return false;
}
