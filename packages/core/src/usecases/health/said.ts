import { formatInstant, type Instant } from "../../model/instant.js";
import type { StoredHeartbeat } from "../../ports/heartbeats.js";
import type { FailingVendor } from "./vendor.js";

/** Sentences that a log, a screen and an operator share. */

export function noWorkerSince(seen: readonly StoredHeartbeat[]): string {
  const last = seen.find(({ role }) => role === "worker");
  return last ? `no worker has been seen since ${formatInstant(last.seenAt)}` : "no worker has been seen in the last day";
}

export function vendorFails({ state, since, failures, lastError }: FailingVendor, now: Instant): string {
  const forHow = duration(now - since);
  return state === "open"
    ? `the vendor has refused for ${forHow}: ${lastError}`
    : `the vendor's last ${failures === 1 ? "call" : `${failures} calls`} failed: ${lastError}`;
}

/** In whole seconds, minutes or hours. */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  if (seconds < 90) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
}
