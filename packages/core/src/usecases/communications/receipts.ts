import type { UntrustedReceipts } from "../../engine/untrusted.js";
import { type Issue, invalid } from "../../errors.js";
import { isSliceOver, nextTurn } from "../../event-loop.js";
import { type DeliveryFact, factOf, splitLogId, TEST_MESSAGE_PREFIX } from "../../model/communication-log.js";
import { parseWith } from "../../model/edge.js";
import { hasTrait, type Receipt, receiptSchema } from "../../model/receipt.js";
import type { ConsentWithdrawal } from "../../ports/customers.js";
import type { QueueMessage } from "../../ports/queue.js";
import type { EngineParts } from "../engine-parts.js";
import { publicReason } from "../sender/public-reason.js";

export function createReceipts(parts: EngineParts): UntrustedReceipts {
  const schema = receiptSchema(parts.context);
  return {
    accept: async (inputs) => {
      const now = parts.clock();
      const messages: QueueMessage[] = [];
      const issues: Issue[] = [];
      for (const [index, input] of inputs.entries()) {
        if (isSliceOver()) await nextTurn();
        const parsed = parseWith(schema, input);
        if (parsed.ok) {
          const { occurredAt = now, reason, ...receipt } = parsed.value;
          const shown = { ...receipt, occurredAt, ...(reason === undefined ? {} : { reason: publicReason(reason) }) };
          messages.push({ id: parts.newId(), body: JSON.stringify(shown) });
        } else
          issues.push(
            ...parsed.issues.map((issue) => ({
              ...issue,
              path: issue.path ? `receipts.${index}.${issue.path}` : `receipts.${index}`,
            })),
          );
      }
      if (issues.length > 0) throw invalid(issues.slice(0, 100));
      if (messages.length > 0) await parts.queue.publish("receipts", messages);
      return { received: messages.length };
    },
  };
}

/**
 * Folds a batch of queued receipts into their rows in one write, then withdraws consent where a person complained or
 * unsubscribed. A message gets an error if its receipt can't be placed (yet): the queue parks it and tries again. A receipt for a
 * test message is dropped.
 */
export async function applyReceipts(
  parts: EngineParts,
  messages: readonly QueueMessage[],
): Promise<readonly (Error | undefined)[]> {
  const facts: (DeliveryFact | Error | undefined)[] = [];
  for (const message of messages) {
    facts.push(readFact(message));
    if (isSliceOver()) await nextTurn();
  }
  const placeable = facts.filter((fact): fact is DeliveryFact => fact !== undefined && !(fact instanceof Error));
  const known = await parts.store.communications.record(placeable);
  const withdrawals: ConsentWithdrawal[] = [];
  const outcomes = facts.map((fact) => {
    if (fact === undefined || fact instanceof Error) return fact;
    const channel = known.get(fact.logId);
    if (channel === undefined) return new Error(`There is no message with the id ${fact.logId}.`);
    const customerId = splitLogId(fact.logId)?.customerId;
    if (customerId !== undefined && hasTrait(fact.status, "withdrawsConsent")) {
      withdrawals.push({ customerId, channel, by: fact.status, at: fact.at });
    }
    return undefined;
  });
  if (withdrawals.length > 0) await parts.store.customers.withdrawConsent(withdrawals);
  return outcomes;
}

/** Undefined for a test message. */
function readFact(message: QueueMessage): DeliveryFact | Error | undefined {
  try {
    const receipt = JSON.parse(message.body) as Receipt;
    if (receipt.messageId.startsWith(TEST_MESSAGE_PREFIX)) return undefined;
    return factOf(receipt) ?? new Error(`${String(receipt.messageId).slice(0, 200)} is not a message id of this engine.`);
  } catch {
    return new Error("The message is not a receipt.");
  }
}
