import type { RejectedReceipt } from "../../engine/communications.js";
import type { UntrustedReceipts } from "../../engine/untrusted.js";
import { CrmError } from "../../errors.js";
import { isSliceOver, nextTurn } from "../../event-loop.js";
import { CHANNEL } from "../../model/channel.js";
import { type DeliveryFact, factOf, splitLogId, TEST_MESSAGE_PREFIX } from "../../model/communication-log.js";
import type { AddressEvidence } from "../../model/contact/suppression.js";
import { parseWith } from "../../model/edge.js";
import type { Instant } from "../../model/instant.js";
import { hasTrait, type Receipt } from "../../model/receipt.js";
import { withoutUndefined } from "../../model/record-of.js";
import type { RowAddress } from "../../ports/communications.js";
import type { ConsentWithdrawal } from "../../ports/customers.js";
import type { QueueMessage } from "../../ports/queue.js";
import type { EngineParts } from "../engine-parts.js";
import { publicReason } from "../sender/public-reason.js";
import { evidenceOfFact } from "../suppressions/evidence-of-fact.js";
import { recordEvidence } from "../suppressions/record-evidence.js";
import { receiptSchema } from "./receipt-input.js";

/** Places of wrong receipts that one call is told. */
const MAX_REJECTED = 1_000;
/** So long a receipt waits for its message, of which this store may not know yet, tried again at first soon and then seldom. */
const PARKED_FOR_MS = 5 * 60_000;
const SOON_MS = 500;
const SELDOM_MS = 30_000;
const NOT_A_RECEIPT = new Error("The message is not a receipt.");

export function createReceipts(parts: EngineParts): UntrustedReceipts {
  const schema = receiptSchema(parts.context);
  return {
    accept: async (inputs) => {
      const acceptedAt = await parts.clock();
      const messages: QueueMessage[] = [];
      const rejected: RejectedReceipt[] = [];
      for (const [index, input] of inputs.entries()) {
        if (isSliceOver()) await nextTurn();
        const parsed = parseWith(schema, input);
        if (parsed.ok) {
          const { occurredAt = acceptedAt, reason, ...receipt } = withoutUndefined(parsed.value);
          const shown = reason === undefined ? {} : { reason: publicReason(reason) };
          messages.push({ id: parts.newId(), body: JSON.stringify({ ...receipt, occurredAt, acceptedAt, ...shown }) });
        } else if (rejected.length < MAX_REJECTED) {
          rejected.push({ index, ...(parsed.issues[0] ?? { path: "", message: "is invalid" }) });
        }
      }
      if (messages.length > 0) await parts.queue.publish("receipts", messages);
      return { received: messages.length, rejected };
    },
  };
}

/**
 * Folds a batch of queued receipts into their rows in one write, then withdraws consent where a person complained or
 * unsubscribed. A message gets an error if its receipt can't be placed: the queue tries it again, for 5 minutes from its acceptance
 * without counting attempts. A receipt for a test message is dropped.
 */
export async function applyReceipts(
  parts: EngineParts,
  messages: readonly QueueMessage[],
): Promise<readonly (Error | undefined)[]> {
  const now = await parts.clock();
  const receipts: (ReadReceipt | Error | undefined)[] = [];
  for (const message of messages) {
    receipts.push(readReceipt(message));
    if (isSliceOver()) await nextTurn();
  }
  const known = await parts.store.communications.record(
    receipts.flatMap((receipt) => (receipt === undefined || receipt instanceof Error ? [] : [receipt.fact])),
  );
  const placed: PlacedFact[] = [];
  const outcomes = receipts.map((receipt) => {
    if (receipt === undefined || receipt instanceof Error) return receipt;
    const { fact, acceptedAt } = receipt;
    const row = known.get(fact.logId);
    if (row === undefined) return unplaced(fact.logId, now - acceptedAt);
    placed.push({ fact, row, customerId: splitLogId(fact.logId)?.customerId ?? "" });
    return undefined;
  });
  const withdrawals = placed.flatMap(
    ({ fact: { status: by, at }, row: { channel }, customerId }): readonly ConsentWithdrawal[] =>
      hasTrait(by, "withdrawsConsent") ? [{ customerId, channel, by, at }] : [],
  );
  if (withdrawals.length > 0) await parts.store.customers.withdrawConsent(withdrawals);
  await recordEvidence(parts, await evidenceOf(parts, placed));
  return outcomes;
}

interface PlacedFact {
  readonly fact: DeliveryFact;
  readonly row: RowAddress;
  readonly customerId: string;
}

/** What facts say of mailboxes: of the one that the message went to, or, of a message that this engine did not send yet, of its customer's. */
async function evidenceOf({ store, addresses }: EngineParts, placed: readonly PlacedFact[]): Promise<readonly AddressEvidence[]> {
  const unsent = placed.filter(({ row }) => row.addressHash === undefined);
  const found = unsent.length > 0 ? await store.customers.getMany([...new Set(unsent.map(({ customerId }) => customerId))]) : [];
  const people = new Map(found.map((person) => [person.id, person]));
  const hasher = await addresses();
  return placed.flatMap(({ fact, row: { channel, generation, addressHash }, customerId }) => {
    const hash = addressHash ?? people.get(customerId)?.addressHashes[CHANNEL[channel].address];
    // An earlier generation may have gone elsewhere: what its person did counts, what became of it doesn't.
    const tells = fact.generation === generation || hasTrait(fact.status, "withdrawsConsent");
    return hash !== undefined && tells ? evidenceOfFact({ channel, hash }, fact, hasher) : [];
  });
}

interface ReadReceipt {
  readonly fact: DeliveryFact;
  readonly acceptedAt: Instant;
}

/** Undefined for a test message. */
function readReceipt(message: QueueMessage): ReadReceipt | Error | undefined {
  try {
    const receipt = JSON.parse(message.body) as Receipt;
    if (receipt.messageId.startsWith(TEST_MESSAGE_PREFIX)) return undefined;
    const fact = factOf(receipt);
    if (!fact) return new Error(`${String(receipt.messageId).slice(0, 200)} is not a message id of this engine.`);
    return Number.isSafeInteger(fact.at) ? { fact, acceptedAt: receipt.acceptedAt } : NOT_A_RECEIPT;
  } catch {
    return NOT_A_RECEIPT;
  }
}

function unplaced(logId: string, ageMs: number): Error {
  const why = `There is no message with the id ${logId}.`;
  if (ageMs >= PARKED_FOR_MS) return new Error(why);
  const retryAfterMs = Math.max(SOON_MS, Math.min(SELDOM_MS, ageMs, PARKED_FOR_MS - ageMs));
  return new CrmError("unavailable", why, { details: { retryAfterMs } });
}
