import type { StoredCampaign } from "../../model/campaign.js";
import type { ClaimedCommunication, DeliveryFact } from "../../model/communication-log.js";
import type { Release } from "../../ports/claims.js";
import { callVendor, isThrottled } from "../sender/vendor-call.js";
import { evidenceOfFact } from "../suppressions/evidence-of-fact.js";
import { recordEvidence } from "../suppressions/record-evidence.js";
import type { Heartbeat } from "./claim-heartbeat.js";
import { deferredForMs } from "./deferred-for.js";
import type { Dispatch } from "./dispatch.js";
import { recordOutcomes } from "./error-rate.js";
import type { ReadyMessage } from "./fill-call.js";
import { type Judgement, judgeResults } from "./judge-results.js";

interface Call {
  /** Messages that went to the vendor. */
  readonly sent: number;
  /** It wants fewer. */
  readonly throttled: boolean;
}

/**
 * One vendor call: marked in the store before it starts, its results folded after it. A vendor that throttles is there: that is
 * no failure for the breaker.
 */
export async function sendMessages(
  dispatch: Dispatch,
  campaign: StoredCampaign,
  batch: readonly ReadyMessage[],
  { held, probing }: { readonly held: Heartbeat; readonly probing: boolean },
): Promise<Call> {
  const sent = await markCalls(dispatch, batch, held);
  if (sent.length === 0) return { sent: 0, throttled: false };
  const { breaker, logger, rate, sender, store } = dispatch;
  const { communications, claims } = store;
  const rateThen = rate.known();
  const began = dispatch.elapsed();
  const answer = await callVendor(
    sender,
    sent.map(({ message }) => message),
  );
  rate.sent(sent.length, rateThen);
  const outcome = answer.failure ? { failure: answer.failure.reason } : { answers: answer.results.size };
  logger.debug({ messages: sent.length, tookMs: Math.round(dispatch.elapsed() - began), ...outcome }, "vendor call");
  if (answer.failure && !answer.failure.throttled) breaker.failed(answer.failure, probing);
  else breaker.succeeded();
  const answeredAt = await dispatch.clock();
  const { facts, exhausted, retries, unknown } = judgeResults(dispatch, sender, sent, answer, {
    isFree: breaker.isExempt,
    answeredAt,
    deferredForMs: (claim) => deferredForMs(claim, campaign, { breaker, now: answeredAt }),
  });
  await noteRefusals(dispatch, sent, facts);
  const given = await heldOf(dispatch, exhausted);
  if (facts.length + given.length > 0) await communications.record([...facts, ...given]);
  if (retries.length > 0) await claims.release(retries);
  if (unknown.length > 0) await claims.leaveUnknown(unknown);
  if (answer.failure) {
    breaker.noteLostAttempts(retries.filter(({ refund }) => !refund));
    const owed = breaker.takeRefunds();
    if (owed.length > 0) await claims.refund(owed);
  }
  await recordOutcomes(
    dispatch,
    campaign,
    facts.map(({ status }) => status === "failed"),
  );
  const throttled = isThrottled(answer);
  if (throttled) await rate.throttled();
  return { sent: sent.length, throttled };
}

/**
 * Marks the rows with enough lease left for the call; the others are released. So are all of them, once and with their attempts, if
 * the store rejects: it may have marked them all the same, and a row that seems to be in a call becomes unknown when its lease ends.
 */
async function markCalls(
  { sender, store, leaseMs }: Dispatch,
  batch: readonly ReadyMessage[],
  held: Heartbeat,
): Promise<readonly ReadyMessage[]> {
  if (batch.length === 0) return [];
  await held.ensure(Math.min(leaseMs, sender.timeoutMs + leaseMs / 10));
  const calls = batch.map(({ claim, addressHash, message }) => ({
    id: claim.id,
    epoch: claim.epoch,
    to: message.to,
    addressHash,
  }));
  const marked = await store.claims.beginCalls(calls, sender.timeoutMs).catch(async (error: unknown) => {
    await store.claims.release(batch.map(({ claim }) => notCalled(claim))).catch(() => undefined);
    throw error;
  });
  const late = batch.filter(({ claim }) => !marked.has(claim.id));
  if (late.length > 0) await store.claims.release(late.map(({ claim: { id, epoch } }) => ({ id, epoch, delayMs: 0 })));
  return batch.filter(({ claim }) => marked.has(claim.id));
}

/** Of a row that may be marked, and of whose call nothing has left. An earlier call of which nobody knows stays one. */
function notCalled({ id, epoch, handedOverAt }: ClaimedCommunication): Release {
  return { id, epoch, delayMs: 0, refund: true, refused: handedOverAt === undefined };
}

/** What a vendor's refusals say of mailboxes, before the rows say that they failed: a repetition of the call brings both again. */
async function noteRefusals(dispatch: Dispatch, sent: readonly ReadyMessage[], facts: readonly DeliveryFact[]): Promise<void> {
  const failed = facts.filter(({ status }) => status === "failed");
  if (failed.length === 0) return;
  const hasher = await dispatch.addresses();
  const hashes = new Map(sent.map(({ claim: { id, channel }, addressHash: hash }) => [id, { channel, hash }]));
  await recordEvidence(
    dispatch,
    failed.flatMap((fact) => {
      const key = hashes.get(fact.logId);
      return key ? evidenceOfFact(key, fact, hasher) : [];
    }),
  );
}

/** Giving up is this worker's own decision, not the vendor's: it does not apply to rows that another worker has claimed since. */
async function heldOf({ store, leaseMs }: Dispatch, exhausted: Judgement["exhausted"]): Promise<readonly DeliveryFact[]> {
  if (exhausted.length === 0) return [];
  const held = await store.claims.renew(exhausted, leaseMs);
  return exhausted.filter(({ id }) => held.has(id)).map((given) => given.fact);
}
