import { formatInstant, type Instant } from "../../model/instant.js";
import type { VendorHealth } from "../../ports/heartbeats.js";
import type { Vendor } from "../../view/health/vendor.js";
import { viewInstants } from "../../view/instant.js";
import type { EngineParts } from "../engine-parts.js";
import { RAISED_EVERY_MS, raisedRate } from "../sender/vendor-rate.js";
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

/** The rate of a vendor that throttled, and when it is as it was before if it throttles no more. */
export interface ThrottledRate {
  readonly perSecond: number;
  readonly until: Instant;
}

/** Undefined once it has risen to what is configured or, where nothing is, to what the vendor last throttled. */
export function throttledRate(
  { lowered, now }: Look,
  { senderRate }: Pick<EngineParts, "senderRate">,
): ThrottledRate | undefined {
  if (!lowered) return undefined;
  const wanted = senderRate ?? lowered.before;
  const perSecond = raisedRate(lowered);
  if (perSecond >= wanted) return undefined;
  let ageMs = lowered.ageMs;
  while (raisedRate({ ...lowered, ageMs }) < wanted) ageMs += RAISED_EVERY_MS - (ageMs % RAISED_EVERY_MS);
  return { perSecond: Math.round(perSecond * 100) / 100, until: now + Math.ceil(ageMs - lowered.ageMs) };
}

export function vendorOf(
  look: Look,
  { sender, senderRate, unsubscribeUrl }: Pick<EngineParts, "sender" | "senderRate" | "unsubscribeUrl">,
): Vendor {
  const senders = look.workers.flatMap(({ vendor }) => (vendor ? [vendor] : []));
  const failing = failingVendor(look);
  const throttled = throttledRate(look, { senderRate });
  const perSecond = throttled?.perSecond ?? senderRate;
  const answered = senders.flatMap(({ answeredAt }) => (answeredAt === undefined ? [] : [answeredAt]));
  const state = !sender ? "none" : (failing?.state ?? (answered.length > 0 ? "answers" : "unseen"));
  return {
    state,
    simulated: sender?.simulated === true,
    unsubscribeLinks: unsubscribeUrl !== undefined,
    ...viewInstants({
      since: failing?.since,
      nextTryAt: failing?.nextTryAt,
      answeredAt: answered.length === 0 ? undefined : Math.max(...answered),
    }),
    ...(failing ? { failures: failing.failures, lastError: failing.lastError } : {}),
    workers: senders.length,
    affected: senders.filter(({ state }) => state !== "answers").length,
    rate: {
      ...(throttled === undefined ? {} : { throttledUntil: formatInstant(throttled.until) }),
      ...(perSecond === undefined ? {} : { perSecond }),
      ...(senderRate === undefined ? {} : { configured: senderRate }),
      throttled: throttled !== undefined,
    },
  };
}
