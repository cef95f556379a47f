import { moveCampaign, type StoredCampaign } from "../../model/campaign.js";
import type { ClaimedCommunication } from "../../model/communication-log.js";
import { readWhole } from "../../ports/page.js";
import type { EngineParts } from "../engine-parts.js";
import { createVendorBreaker } from "../sender/vendor-breaker.js";
import { startHeartbeat } from "./claim-heartbeat.js";
import type { Dispatch } from "./dispatch.js";
import { prepareMessages } from "./prepare-messages.js";
import { putTokensBack, takeTokens } from "./rate-tokens.js";
import { sendMessages } from "./send-messages.js";
import { skipCancelled } from "./settle-rows.js";
import { tripCampaign } from "./trip-campaign.js";

/**
 * Makes the function that claims and sends one batch of one running campaign, or completes a campaign with nothing left.
 * Whatever moment the process dies at, the rows say what to do next: unmarked claims go back, marked calls are repeated under
 * the same key.
 */
export function createDeliver(parts: EngineParts): (signal: AbortSignal) => Promise<boolean> {
  const { sender } = parts;
  if (!sender) return async () => false;
  const dispatch: Dispatch = { ...parts, sender, breaker: createVendorBreaker(parts) };
  return (signal) => deliverOne(dispatch, signal);
}

async function deliverOne(dispatch: Dispatch, signal: AbortSignal): Promise<boolean> {
  if (signal.aborted) return false;
  const { store, breaker } = dispatch;
  const running = await readWhole((page) => store.campaigns.findIds(["running"], page));
  if (running.length === 0) breaker.rest();
  const first = Math.floor(Math.random() * running.length);
  for (const id of [...running.slice(first), ...running.slice(0, first)]) {
    const campaign = await store.campaigns.get(id);
    if (campaign?.status === "running" && (await deliverBatch(dispatch, campaign, signal))) return true;
  }
  return false;
}

/** Claims nothing while the vendor's breaker is open, and one call's worth to probe the vendor with. */
async function deliverBatch(dispatch: Dispatch, campaign: StoredCampaign, signal: AbortSignal): Promise<boolean> {
  const { breaker, batchSize, leaseMs, store } = dispatch;
  const admission = breaker.admit();
  try {
    const wanted = admission === "probe" ? Math.min(callSize(dispatch), batchSize) : batchSize;
    const limit = admission === "none" ? 0 : await takeTokens(dispatch, campaign, wanted);
    const claims = limit > 0 ? await store.claims.claim({ campaignId: campaign.id, limit, leaseMs }) : [];
    await putTokensBack(dispatch, campaign, limit - claims.length);
    if (claims.length === 0) return (await completeIfDone(dispatch, campaign)) || (await pauseIfDown(dispatch, campaign));
    const held = startHeartbeat(dispatch, claims);
    try {
      const sent = await sendClaims(dispatch, claims, { signal, probing: admission === "probe" });
      await putTokensBack(dispatch, campaign, claims.length - sent);
    } finally {
      await held.end();
    }
    return true;
  } finally {
    if (admission === "probe") breaker.endProbe();
  }
}

async function completeIfDone(parts: EngineParts, campaign: StoredCampaign): Promise<boolean> {
  if (campaign.unsettled || campaign.reopening) return false;
  const open = await parts.store.communications.remaining(campaign.id);
  if (open.pending || open.claimed) return false;
  const move = { at: parts.clock(), by: "engine", why: "every recipient is accounted for" } as const;
  return parts.store.campaigns.replace(moveCampaign(campaign, "complete", move), campaign.version);
}

async function pauseIfDown(dispatch: Dispatch, campaign: StoredCampaign): Promise<boolean> {
  const why = dispatch.breaker.downSince(campaign.history.at(-1)?.at ?? campaign.createdAt);
  return why !== undefined && tripCampaign(dispatch, campaign, "vendor_down", why);
}

/**
 * The campaign's state, and each person's consent and address, are read after the claim and just before each call: a pause or
 * cancel, or a breaker that opens, lets only the call under way finish. Returns how many messages went to the vendor.
 */
async function sendClaims(
  dispatch: Dispatch,
  claims: readonly ClaimedCommunication[],
  { signal, probing }: { readonly signal: AbortSignal; readonly probing: boolean },
): Promise<number> {
  const { breaker, store } = dispatch;
  const campaignId = claims[0]?.campaignId ?? "";
  const size = callSize(dispatch);
  let sent = 0;
  for (let start = 0; start < claims.length; start += size) {
    const campaign = await store.campaigns.get(campaignId);
    if (signal.aborted || campaign?.status !== "running" || (breaker.isOpen() && !probing)) {
      await giveBack(dispatch, campaign, claims.slice(start));
      return sent;
    }
    const messages = await prepareMessages(dispatch, campaign, claims.slice(start, start + size));
    sent += await sendMessages(dispatch, campaign, messages, probing);
  }
  return sent;
}

async function giveBack(
  parts: EngineParts,
  campaign: StoredCampaign | undefined,
  claims: readonly ClaimedCommunication[],
): Promise<void> {
  await parts.store.claims.release(claims.map(({ id, epoch }) => ({ id, epoch, delayMs: 0 })));
  if (campaign?.status === "cancelled") await skipCancelled(parts, campaign.id);
}

/** Messages in one call: without keys one, so that a call that is cut off leaves one row in doubt. */
function callSize({ sender }: Dispatch): number {
  return sender.honoursKeys ? sender.maxBatch : 1;
}
