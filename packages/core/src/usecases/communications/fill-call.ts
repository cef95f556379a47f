import { hasCode } from "../../errors.js";
import { isSliceOver, nextTurn } from "../../event-loop.js";
import type { StoredCampaign } from "../../model/campaign.js";
import { type ClaimedCommunication, type DeliveryFact, messageId } from "../../model/communication-log.js";
import type { Instant } from "../../model/instant.js";
import { jsonBytes } from "../../model/json-bytes.js";
import type { Claims } from "../../ports/claims.js";
import type { OutgoingMessage } from "../../ports/sender.js";
import { type RenderedMessage, renderMessage } from "../../template/template.js";
import type { EngineParts } from "../engine-parts.js";
import { publicReason } from "../sender/public-reason.js";
import { deliveryFact } from "./delivery-fact.js";
import type { Addressed } from "./recipients.js";

const UNRENDERABLE = "the message could not be rendered for this customer";

/** A claimed row and the message to its recipient. */
export interface ReadyMessage {
  readonly claim: ClaimedCommunication;
  readonly addressHash: string;
  readonly message: OutgoingMessage;
}

export interface CallBounds {
  readonly maxBytes: number;
  /** A call leaves with what has been made by then. */
  readonly maxMs: number;
  /** Nothing more is made once it is aborted. */
  readonly signal: AbortSignal;
}

/** What became of the claims for which a message was to be made. */
export interface FilledCall {
  readonly ready: readonly ReadyMessage[];
  readonly bytes: number;
  /** Messages that can't be made of their customer's data, now or later. */
  readonly failures: readonly DeliveryFact[];
  /** Rows to give back: their messages could not be made for a reason that is not theirs. */
  readonly troubled: readonly (Release & { readonly error: unknown })[];
  /** Claims for which there was no room or no time. */
  readonly left: readonly ClaimedCommunication[];
}

type Release = Parameters<Claims["release"]>[0][number];

const TROUBLE_DELAY_MS = 30_000;

/** Makes messages one by one, with turns for others between them, until a call is full. Memory holds one call's worth. */
export async function fillCall(
  parts: EngineParts,
  campaign: StoredCampaign,
  recipients: readonly Addressed[],
  { maxBytes, maxMs, signal }: CallBounds,
): Promise<FilledCall> {
  const began = performance.now();
  const now = await parts.clock();
  const ready: ReadyMessage[] = [];
  const failures: DeliveryFact[] = [];
  const troubled: (Release & { readonly error: unknown })[] = [];
  let bytes = 0;
  let next = 0;
  for (const recipient of recipients) {
    const { claim, addressHash } = recipient;
    if (isSliceOver()) await nextTurn();
    const expected = bytes / Math.max(1, ready.length);
    const isFull = bytes + expected > maxBytes || performance.now() - began > maxMs;
    if (signal.aborted || (next > 0 && isFull)) break;
    try {
      const message = await messageTo(parts, campaign, { ...recipient, now });
      const size = message ? jsonBytes(message) : 0;
      if (ready.length > 0 && bytes + size > maxBytes) break;
      bytes += size;
      if (message) ready.push({ claim, addressHash, message });
      else failures.push(deliveryFact(now, claim, "failed", { reason: UNRENDERABLE }));
    } catch (error) {
      const reason = `the message could not be made: ${publicReason(error)}`;
      troubled.push({ id: claim.id, epoch: claim.epoch, delayMs: TROUBLE_DELAY_MS, reason, error });
    }
    next += 1;
  }
  return { ready, bytes, failures, troubled, left: recipients.slice(next).map(({ claim }) => claim) };
}

/** Undefined where the template can't be rendered for this customer, and never could. */
async function messageTo(
  parts: EngineParts,
  campaign: StoredCampaign,
  { claim, person, to, now }: Addressed & { readonly now: Instant },
): Promise<OutgoingMessage | undefined> {
  const { customerId, channel } = claim;
  const id = messageId(claim);
  const unsubscribeUrl = parts.unsubscribeUrl?.(id);
  const rendered = await renderMessage(campaign.message, person, { ...parts.context, now, campaign, unsubscribeUrl }).catch(
    unrenderable,
  );
  if (!rendered) return undefined;
  return {
    id,
    campaignId: campaign.id,
    customerId,
    channel,
    to,
    ...rendered,
    ...(unsubscribeUrl === undefined ? {} : { unsubscribeUrl }),
  };
}

function unrenderable(error: unknown): RenderedMessage | undefined {
  if (hasCode(error, "invalid")) return undefined;
  throw error;
}
