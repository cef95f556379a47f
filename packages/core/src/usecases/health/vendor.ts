import type { VendorHealth } from "../../model/heartbeat.js";
import type { Instant } from "../../model/instant.js";
import { viewInstants } from "../../view/instant.js";
import type { Vendor } from "../../view/vendor.js";
import type { EngineParts } from "../engine-parts.js";
import { raisedRate } from "../sender/vendor-rate.js";
import type { Look } from "./look.js";

/** A vendor that failed, as the workers that are alive saw it: the worst of it. */
export interface FailingVendor {
  readonly state: "failing" | "open";
  readonly since: Instant;
  readonly failures: number;
  readonly lastError: string;
  readonly nextTryAt: Instant | undefined;
}

/** How the vendor fails, if it does for any worker that is alive. */
export function failingVendor({ workers }: Look): FailingVendor | undefined {
  const failing = workers.flatMap(({ vendor }) => (vendor && vendor.state !== "answers" ? [vendor] : []));
  const worst = failing.reduce<VendorHealth | undefined>((a, b) => (a && a.failures >= b.failures ? a : b), undefined);
  if (!worst) return undefined;
  const tries = failing.flatMap(({ nextTryAt }) => (nextTryAt === undefined ? [] : [nextTryAt]));
  return {
    state: failing.some(({ state }) => state === "open") ? "open" : "failing",
    since: Math.min(...failing.map(({ failingSince }) => failingSince ?? Number.POSITIVE_INFINITY)),
    failures: worst.failures,
    lastError: worst.lastError ?? "no reason given",
    nextTryAt: tries.length === 0 ? undefined : Math.min(...tries),
  };
}

/** The rate that a throttling vendor has been lowered to; undefined once it has risen to what is configured. */
export function throttledRate({ lowered }: Look, { senderRate }: Pick<EngineParts, "senderRate">): number | undefined {
  const rate = lowered === undefined ? undefined : raisedRate(lowered);
  return rate !== undefined && rate < (senderRate ?? lowered?.before ?? 0) ? rate : undefined;
}

export function vendorOf(look: Look, { sender, senderRate }: Pick<EngineParts, "sender" | "senderRate">): Vendor {
  const senders = look.workers.flatMap(({ vendor }) => (vendor ? [vendor] : []));
  const failing = failingVendor(look);
  const throttled = throttledRate(look, { senderRate });
  const perSecond = throttled ?? senderRate;
  const answered = senders.flatMap(({ answeredAt }) => (answeredAt === undefined ? [] : [answeredAt]));
  const state = !sender ? "none" : (failing?.state ?? (answered.length > 0 ? "answers" : "unseen"));
  return {
    state,
    ...viewInstants({
      since: failing?.since,
      nextTryAt: failing?.nextTryAt,
      answeredAt: answered.length === 0 ? undefined : Math.max(...answered),
    }),
    ...(failing ? { failures: failing.failures, lastError: failing.lastError } : {}),
    workers: senders.length,
    affected: senders.filter(({ state }) => state !== "answers").length,
    rate: {
      ...(perSecond === undefined ? {} : { perSecond: Math.round(perSecond * 100) / 100 }),
      ...(senderRate === undefined ? {} : { configured: senderRate }),
      throttled: throttled !== undefined,
    },
  };
}
