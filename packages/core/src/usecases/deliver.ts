import { v5 as uuidV5 } from "uuid";
import { type Campaign, moveCampaign } from "../model/campaign.js";
import { type ClaimedLog, type DeliveryFact, messageId, type SkipReason } from "../model/communication-log.js";
import type { StoredCustomer } from "../model/customer.js";
import { renderMessage } from "../model/template.js";
import type { ClaimRef, OutgoingMessage, Sender, SendResult } from "../ports.js";
import { addressHash } from "./address-hash.js";
import type { EngineParts } from "./engine-parts.js";
import { holdClaims } from "./hold-claims.js";
import { retryDelayMs } from "./retry-delay.js";
import { skipCancelled } from "./sweep.js";

const BATCH_NAMESPACE = "0a7f3f0e-8d0f-5b86-9f5e-5a3a8f0c9d12";

interface Ready {
  readonly claim: ClaimedLog;
  readonly message: OutgoingMessage;
}

interface Outcome {
  readonly facts: DeliveryFact[];
  /** Failed with their last attempt. */
  readonly exhausted: (ClaimRef & { fact: DeliveryFact })[];
  readonly retries: (ClaimRef & { delayMs: number; reason: string })[];
  readonly unknown: (ClaimRef & { reason: string })[];
}

/**
 * Claims and sends one batch of one running campaign, or completes a campaign with nothing left. Whatever moment the
 * process dies at, the rows say what to do next: unmarked claims go back, marked calls are repeated under the same key.
 */
export async function deliverOne(parts: EngineParts, signal: AbortSignal): Promise<boolean> {
  const { sender } = parts;
  if (!sender || signal.aborted) return false;
  const running = await parts.store.campaigns.findIds(["running"]);
  const first = Math.floor(Math.random() * running.length);
  for (const id of [...running.slice(first), ...running.slice(0, first)]) {
    const campaign = await parts.store.campaigns.get(id);
    if (campaign?.status === "running" && (await deliverBatch(parts, sender, campaign, signal))) return true;
  }
  return false;
}

async function deliverBatch(parts: EngineParts, sender: Sender, campaign: Campaign, signal: AbortSignal): Promise<boolean> {
  const limit = await affordable(parts, campaign);
  const claims =
    limit > 0 ? await parts.store.communications.claim({ campaignId: campaign.id, limit, leaseMs: parts.leaseMs }) : [];
  if (claims.length === 0) return completeIfDone(parts, campaign);
  const held = holdClaims(parts, claims);
  try {
    await sendClaims(parts, sender, claims, signal);
  } finally {
    await held.end();
  }
  return true;
}

/** How many messages may go now: the campaign's rate, then the vendor's, for rows that are there. Taken before claiming. */
async function affordable(parts: EngineParts, campaign: Campaign): Promise<number> {
  const { throttlePerSecond } = campaign;
  const { batchSize, senderRate, store } = parts;
  if (throttlePerSecond === undefined && senderRate === undefined) return batchSize;
  if (!(await store.communications.open(campaign.id)).pending) return 0;
  const allowed =
    throttlePerSecond === undefined ? batchSize : await store.rates.take(`campaign:${campaign.id}`, throttlePerSecond, batchSize);
  return senderRate === undefined || allowed === 0 ? allowed : store.rates.take("sender", senderRate, allowed);
}

async function completeIfDone(parts: EngineParts, campaign: Campaign): Promise<boolean> {
  const open = await parts.store.communications.open(campaign.id);
  if (open.pending || open.claimed) return false;
  const move = { at: parts.clock(), by: "engine", why: "every recipient is accounted for" } as const;
  return parts.store.campaigns.replace(moveCampaign(campaign, "complete", move), campaign.version);
}

/**
 * The campaign's state, and each person's consent and address, are read after the claim and just before each call: a pause or
 * cancel lets only the call under way finish.
 */
async function sendClaims(parts: EngineParts, sender: Sender, claims: readonly ClaimedLog[], signal: AbortSignal): Promise<void> {
  const campaignId = claims[0]?.campaignId ?? "";
  const campaign = await parts.store.campaigns.get(campaignId);
  if (campaign?.status !== "running") return giveBack(parts, campaign, claims);
  const size = sender.honoursKeys ? sender.maxBatch : 1;
  for (let start = 0; start < claims.length; start += size) {
    const now = start === 0 ? campaign : await parts.store.campaigns.get(campaignId);
    if (signal.aborted || now?.status !== "running") return giveBack(parts, now, claims.slice(start));
    await call(parts, sender, await prepare(parts, now, claims.slice(start, start + size)));
  }
}

async function giveBack(parts: EngineParts, campaign: Campaign | undefined, claims: readonly ClaimedLog[]): Promise<void> {
  await parts.store.communications.release(claims.map(({ id, epoch }) => ({ id, epoch, delayMs: 0 })));
  if (campaign?.status === "cancelled") await skipCancelled(parts, campaign.id);
}

/** Skips who may not get the message now, and renders it for the others. */
async function prepare(parts: EngineParts, campaign: Campaign, claims: readonly ClaimedLog[]): Promise<readonly Ready[]> {
  const { customers, communications } = parts.store;
  const people = new Map((await customers.getMany(claims.map((claim) => claim.customerId))).map((person) => [person.id, person]));
  const skips: (ClaimRef & { reason: SkipReason })[] = [];
  const addressed: { claim: ClaimedLog; person: StoredCustomer; to: string }[] = [];
  for (const claim of claims) {
    const person = people.get(claim.customerId);
    const to = claim.channel === "email" ? person?.email : person?.phone;
    if (!person) skips.push({ id: claim.id, epoch: claim.epoch, reason: "erased" });
    else if (person.consent[claim.channel].state === "withdrawn")
      skips.push({ id: claim.id, epoch: claim.epoch, reason: "unsubscribed" });
    else if (!to) skips.push({ id: claim.id, epoch: claim.epoch, reason: "no_address" });
    else addressed.push({ claim, person, to });
  }
  const reservations = addressed.map(({ claim, to }) => ({
    id: claim.id,
    addressHash: addressHash(campaign.id, claim.channel, to),
  }));
  const taken = reservations.length > 0 ? await communications.reserveAddresses(campaign.id, reservations) : new Set<string>();
  const ready: Ready[] = [];
  const failures: DeliveryFact[] = [];
  for (const { claim, person, to } of addressed) {
    if (taken.has(claim.id)) {
      skips.push({ id: claim.id, epoch: claim.epoch, reason: "duplicate_address" });
      continue;
    }
    try {
      const content = renderMessage(campaign.message, person, parts.context);
      const { customerId, channel } = claim;
      ready.push({ claim, message: { id: messageId(claim), campaignId: campaign.id, customerId, channel, to, ...content } });
    } catch {
      failures.push(fact(parts, claim, "failed", { reason: "the message could not be rendered for this customer" }));
    }
  }
  if (skips.length > 0) await communications.skip(skips);
  if (failures.length > 0) await communications.record(failures);
  return ready;
}

/** One vendor call: marked in the store before it starts, and its results folded after it. */
async function call(parts: EngineParts, sender: Sender, batch: readonly Ready[]): Promise<void> {
  if (batch.length === 0) return;
  const { communications } = parts.store;
  const marked = await communications.beginCalls(
    batch.map(({ claim, message }) => ({ id: claim.id, epoch: claim.epoch, to: message.to })),
    sender.timeoutMs,
  );
  const late = batch.filter(({ claim }) => !marked.has(claim.id));
  if (late.length > 0)
    await giveBack(
      parts,
      undefined,
      late.map(({ claim }) => claim),
    );
  const sent = batch.filter(({ claim }) => marked.has(claim.id));
  if (sent.length === 0) return;
  const { facts, exhausted, retries, unknown } = judge(parts, sender, sent, await send(sender, sent));
  const given = await heldOf(parts, exhausted);
  if (facts.length + given.length > 0) await communications.record([...facts, ...given]);
  if (retries.length > 0) await communications.release(retries);
  if (unknown.length > 0) await communications.leaveUnknown(unknown);
}

/** Giving up is this worker's own judgement, not the vendor's: it says nothing about rows that another has in hand by now. */
async function heldOf({ store, leaseMs }: EngineParts, exhausted: Outcome["exhausted"]): Promise<readonly DeliveryFact[]> {
  if (exhausted.length === 0) return [];
  const held = await store.communications.renew(exhausted, leaseMs);
  return exhausted.filter(({ id }) => held.has(id)).map((given) => given.fact);
}

/** The vendor's results, by key; a broken call answers nothing for anybody. */
async function send(
  sender: Sender,
  batch: readonly Ready[],
): Promise<{ readonly results: ReadonlyMap<string, SendResult>; readonly reason: string }> {
  const messages = batch.map(({ message }) => message);
  const batchId = uuidV5(messages.map(({ id }) => id).join("\n"), BATCH_NAMESPACE);
  try {
    const results = await withinTimeout(sender.timeoutMs, (signal) => sender.send({ batchId, messages }, signal));
    return { results: new Map(results.map((result) => [result.id, result])), reason: "the vendor gave no result" };
  } catch (error) {
    return {
      results: new Map(),
      reason: `the call to the vendor broke: ${error instanceof Error ? error.message : String(error)}`,
    };
  }
}

/** A vendor that ignores its signal does not keep its rows for ever. */
async function withinTimeout<T>(timeoutMs: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const timeout = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const error = new Error(`no answer within ${timeoutMs} ms`);
      timeout.abort(error);
      reject(error);
    }, timeoutMs);
  });
  try {
    return await Promise.race([work(timeout.signal), late]);
  } finally {
    clearTimeout(timer);
  }
}

function judge(
  parts: EngineParts,
  sender: Sender,
  batch: readonly Ready[],
  { results, reason }: { readonly results: ReadonlyMap<string, SendResult>; readonly reason: string },
): Outcome {
  const outcome: Outcome = { facts: [], exhausted: [], retries: [], unknown: [] };
  for (const { claim, message } of batch) {
    const result = results.get(message.id);
    const attempts = claim.attempts + 1;
    const why = result?.reason ?? (result ? "the vendor asked to try again" : reason);
    if (result?.status === "accepted") outcome.facts.push(fact(parts, claim, "sent", result));
    else if (result?.status === "rejected")
      outcome.facts.push(fact(parts, claim, "failed", { ...result, reason: result.reason ?? "rejected by the vendor" }));
    else if (!result && !sender.honoursKeys) outcome.unknown.push({ id: claim.id, epoch: claim.epoch, reason: why });
    else if (attempts >= parts.maxAttempts)
      outcome.exhausted.push({
        id: claim.id,
        epoch: claim.epoch,
        fact: fact(parts, claim, "failed", { reason: `${why} (attempt ${attempts} of ${parts.maxAttempts})` }),
      });
    else
      outcome.retries.push({
        id: claim.id,
        epoch: claim.epoch,
        delayMs: retryDelayMs(attempts, result?.retryAfterMs),
        reason: why,
      });
  }
  return outcome;
}

function fact(
  parts: EngineParts,
  claim: ClaimedLog,
  status: "sent" | "failed",
  { reason, vendorMessageId }: { readonly reason?: string; readonly vendorMessageId?: string },
): DeliveryFact {
  return {
    logId: claim.id,
    generation: claim.generation,
    status,
    at: parts.clock(),
    ...(reason === undefined ? {} : { reason }),
    ...(vendorMessageId === undefined ? {} : { vendorMessageId }),
  };
}
