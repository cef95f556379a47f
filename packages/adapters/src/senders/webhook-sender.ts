import { CrmError, type Sender } from "@crm-engine/core/ports";
import { Webhook } from "standardwebhooks";
import { createGate } from "../brokers/gate.js";
import { createPoster } from "./post.js";
import { namesPrivateAddress } from "./public-addresses.js";
import { readResults, requireSuccess } from "./vendor-answer.js";

export interface WebhookSenderOptions {
  /** `https://…`; a user and password in it are sent as basic authentication. */
  readonly url: string;
  /** `whsec_…`: each call is signed (Standard Webhooks), with the batch's id as its `webhook-id`. */
  readonly secret?: string;
  /** Lets the vendor live on a private or loopback address, and on `http://`; false. */
  readonly allowPrivateAddresses?: boolean;
  /** 7,500; below two thirds of the engine's lease. */
  readonly timeoutMs?: number;
  /** Messages in one call; 500. */
  readonly maxBatch?: number;
  /** Bytes of the messages in one call, unless it has one alone; 4 MiB. */
  readonly maxBatchBytes?: number;
}

/** The protocol asks a vendor to remember keys for so long. */
const REMEMBERS_KEYS_MS = 24 * 60 * 60_000;

/**
 * A vendor that takes batches by HTTP and honours idempotency keys: the batch's id as Idempotency-Key, and each message's own id.
 * Connects to public addresses only, unless allowed, and follows no redirect. Throws `invalid` for a URL that it would refuse.
 */
export function webhookSender(options: WebhookSenderOptions): Sender {
  const { secret, allowPrivateAddresses = false, timeoutMs = 7_500, maxBatch = 500, maxBatchBytes = 4 * 2 ** 20 } = options;
  const poster = createPoster(vendorUrl(options.url, allowPrivateAddresses), { allowPrivateAddresses });
  const webhook = secret === undefined ? undefined : new Webhook(secret);
  const gate = createGate(() => new CrmError("closed", "The sender is closed."));
  return {
    remembersKeysMs: REMEMBERS_KEYS_MS,
    maxBatch,
    maxBatchBytes,
    timeoutMs,
    send: ({ batchId, messages }, signal) =>
      gate.run(async () => {
        const body = JSON.stringify({ batchId, messages });
        const answer = await poster.post(body, { ...headersOf(batchId), ...signature(webhook, batchId, body) }, signal);
        requireSuccess(answer);
        return readResults(answer.body, new Set(messages.map(({ id }) => id)));
      }),
    close: async () => {
      gate.shut();
      await gate.idle();
      poster.close();
    },
  };
}

function vendorUrl(text: string, allowPrivateAddresses: boolean): URL {
  if (!URL.canParse(text) || !/^https?:/i.test(text))
    throw new CrmError("invalid", "A webhook vendor's URL is https://HOST/PATH.");
  const url = new URL(text);
  if (!allowPrivateAddresses && (url.protocol === "http:" || namesPrivateAddress(url))) {
    throw new CrmError("invalid", "A webhook vendor on http:// or a private address must be allowed: allowPrivateAddresses.");
  }
  return url;
}

function headersOf(batchId: string): Readonly<Record<string, string>> {
  return {
    "content-type": "application/json; charset=utf-8",
    accept: "application/json",
    "user-agent": "crm-engine",
    "idempotency-key": batchId,
  };
}

function signature(webhook: Webhook | undefined, id: string, body: string): Readonly<Record<string, string>> {
  if (!webhook) return {};
  const now = new Date();
  return {
    "webhook-id": id,
    "webhook-timestamp": String(Math.floor(now.getTime() / 1_000)),
    "webhook-signature": webhook.sign(id, now, body),
  };
}
