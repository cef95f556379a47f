import { moveCampaign, type StoredCampaign } from "../../model/campaign.js";
import type { ClaimedCommunication } from "../../model/communication-log.js";
import { readWhole } from "../../ports/page.js";
import { replaceCampaign } from "../campaigns/replace-campaign.js";
import { tripCampaign } from "../campaigns/trip-campaign.js";
import type { EngineParts } from "../engine-parts.js";
import type { InHand } from "../health/in-hand.js";
import type { VendorState } from "../sender/vendor-state.js";
import { type Heartbeat, startHeartbeat } from "./claim-heartbeat.js";
import { claimQueue } from "./claim-queue.js";
import type { Dispatch } from "./dispatch.js";
import { countWithin, createMessageCosts } from "./message-costs.js";
import { prepareMessages } from "./prepare-messages.js";
import { putTokensBack, takeTokens } from "./rate-tokens.js";
import { addressReserver } from "./reserve-addresses.js";
import { sendMessages } from "./send-messages.js";
import { skipCancelled } from "./settle-rows.js";

/** After this, a row whose address was in use asks for it again. */
const ADDRESS_WAIT_MS = 2_000;

/**
 * Makes the function that claims and sends one batch of one running campaign, or completes a campaign with nothing left. Whenever
 * the process dies, the rows say what to do next: claims without a begun call are released, begun calls are repeated under the
 * same key.
 */
export function createDeliver(
  parts: EngineParts,
  vendor: VendorState,
  inHand: InHand,
): (signal: AbortSignal) => Promise<boolean> {
  const dispatch: Dispatch = { ...parts, ...vendor, costs: createMessageCosts(), inHand };
  return (signal) => deliverOne(dispatch, signal);
}

async function deliverOne(dispatch: Dispatch, signal: AbortSignal): Promise<boolean> {
  if (signal.aborted) return false;
  const { store, breaker, clock } = dispatch;
  // Answers of a vendor are dated: that the time can't be told must not turn up after a call.
  await clock();
  const running = await readWhole((page) => store.campaigns.findIds(["running"], page));
  if (running.length === 0) breaker.rest();
  const first = Math.floor(Math.random() * running.length);
  for (const id of [...running.slice(first), ...running.slice(0, first)]) {
    const campaign = await store.campaigns.get(id);
    if (campaign?.status === "running" && (await deliverBatch(dispatch, campaign, signal))) return true;
  }
  return false;
}

/** Claims nothing while the vendor's breaker is open, and only one call's worth to probe the vendor. */
async function deliverBatch(dispatch: Dispatch, campaign: StoredCampaign, signal: AbortSignal): Promise<boolean> {
  const { breaker, leaseMs, store } = dispatch;
  const admission = breaker.admit();
  const probing = admission === "probe";
  try {
    const limit = admission === "none" ? 0 : await takeTokens(dispatch, campaign, claimSize(dispatch, campaign.id, probing));
    const asked = performance.now();
    const claims = limit > 0 ? await store.claims.claim({ campaignId: campaign.id, limit, leaseMs }) : [];
    await putTokensBack(dispatch, campaign, limit - claims.length);
    if (claims.length === 0) return (await completeIfDone(dispatch, campaign)) || (await pauseIfDown(dispatch, campaign));
    const held = startHeartbeat(dispatch, claims, asked);
    try {
      const { sent, trouble } = await dispatch.inHand.during("campaigns", claims.length, () =>
        sendClaims(dispatch, claims, { held, signal, probing }),
      );
      await putTokensBack(dispatch, campaign, claims.length - sent);
      if (trouble !== undefined) throw trouble;
    } finally {
      await held.end();
    }
    return true;
  } finally {
    if (probing) breaker.endProbe();
  }
}

async function completeIfDone(parts: EngineParts, campaign: StoredCampaign): Promise<boolean> {
  if (campaign.unsettled || campaign.reopening) return false;
  const open = await parts.store.communications.remaining(campaign.id);
  if (open.pending || open.claimed) return false;
  const move = { at: await parts.clock(), by: "engine", why: "every recipient is accounted for" } as const;
  return (await replaceCampaign(parts, campaign, moveCampaign(campaign, "complete", move))) !== undefined;
}

async function pauseIfDown(dispatch: Dispatch, campaign: StoredCampaign): Promise<boolean> {
  const why = dispatch.breaker.downWithin((await dispatch.clock()) - (campaign.history.at(-1)?.at ?? campaign.createdAt));
  return why !== undefined && tripCampaign(dispatch, campaign, "vendor_down", why);
}

interface Sent {
  /** Messages that went to the vendor. */
  readonly sent: number;
  /** What kept others from being made, which is not their fault. */
  readonly trouble: unknown;
}

/**
 * The campaign's state, and each person's consent and address, are read after the claim and just before each call: after a pause,
 * a cancellation or an opening of the breaker only the call in progress finishes. A call leaves as soon as it is full. Rows that no
 * call was begun for are given back: at a stop, where the vendor throttles, once making messages has taken half the lease, where
 * something fails, and, for a while, where their address is in use.
 */
async function sendClaims(
  dispatch: Dispatch,
  claims: readonly ClaimedCommunication[],
  { held, signal, probing }: { readonly held: Heartbeat; readonly signal: AbortSignal; readonly probing: boolean },
): Promise<Sent> {
  const { breaker, sender, store, leaseMs } = dispatch;
  const campaignId = claims[0]?.campaignId ?? "";
  const queue = claimQueue(claims);
  const reserve = addressReserver(dispatch, campaignId);
  let sent = 0;
  let spentMs = 0;
  let throttled = false;
  let trouble: unknown;
  try {
    while (queue.hasNext()) {
      const campaign = await store.campaigns.get(campaignId);
      const stopped = signal.aborted || campaign?.status !== "running" || (breaker.isOpen() && !(probing && sent === 0));
      if (!campaign || stopped || throttled || spentMs > leaseMs / 2) {
        await giveBack(dispatch, campaign, queue.rest());
        return { sent, trouble };
      }
      const some = queue.next(callSize(dispatch, campaignId));
      const began = performance.now();
      const bounds = { maxBytes: sender.maxBatchBytes, maxMs: fillMs(leaseMs), signal, reserve };
      const { ready, left, inUse, ...prepared } = await prepareMessages(dispatch, campaign, some, bounds);
      spentMs += performance.now() - began;
      trouble ??= prepared.trouble;
      queue.advance(some.length, { left: signal.aborted ? [...ready.map(({ claim }) => claim), ...left] : left, inUse });
      if (signal.aborted) continue;
      const call = await sendMessages(dispatch, campaign, ready, { held, probing });
      sent += call.sent;
      throttled = call.throttled;
    }
    await putOff(dispatch, queue.rest());
  } catch (error) {
    await giveBack(dispatch, undefined, queue.rest()).catch(() => undefined);
    throw error;
  }
  return { sent, trouble };
}

/** Rows whose address is still in use wait, which is neither an attempt nor a deferral by the vendor. */
async function putOff({ store }: EngineParts, claims: readonly ClaimedCommunication[]): Promise<void> {
  const waits = { delayMs: ADDRESS_WAIT_MS, reason: "address_in_use", waits: true };
  if (claims.length > 0) await store.claims.release(claims.map(({ id, epoch }) => ({ id, epoch, ...waits })));
}

async function giveBack(
  parts: EngineParts,
  campaign: StoredCampaign | undefined,
  claims: readonly ClaimedCommunication[],
): Promise<void> {
  await parts.store.claims.release(claims.map(({ id, epoch }) => ({ id, epoch, delayMs: 0 })));
  if (campaign?.status === "cancelled") await skipCancelled(parts, campaign.id);
}

/** As many as can be made in half a lease, and as one call takes to probe the vendor with. */
function claimSize(dispatch: Dispatch, campaignId: string, probing: boolean): number {
  const { batchSize, costs, leaseMs } = dispatch;
  const size = Math.min(batchSize, countWithin(leaseMs / 2, costs.of(campaignId).ms));
  return probing ? Math.min(size, callSize(dispatch, campaignId)) : size;
}

/** Messages that one call is expected to take; without keys one, so that a call that is cut off leaves one row in doubt. */
function callSize({ costs, leaseMs, sender }: Dispatch, campaignId: string): number {
  if (sender.remembersKeysMs === 0) return 1;
  const { ms, bytes } = costs.of(campaignId);
  return Math.min(sender.maxBatch, countWithin(sender.maxBatchBytes, bytes), countWithin(fillMs(leaseMs), ms));
}

/** How long messages may be made for one call; consent and the campaign's state are hardly older when it begins. */
function fillMs(leaseMs: number): number {
  return Math.min(leaseMs / 4, 1_000);
}
