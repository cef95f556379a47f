import type { Instant } from "../../model/instant.js";
import type { LoweredRate } from "../../ports/coordination.js";
import { isAlive, type StoredHeartbeat } from "../../ports/heartbeats.js";
import type { EngineParts } from "../engine-parts.js";
import { VENDOR_BUCKET } from "../sender/vendor-rate.js";

const KEPT_MS = 1_000;
const PROCESSES = 500;

/** Who was heard of, and what the vendor's rate was lowered to, as of a time on the store's clock. */
export interface Look {
  readonly now: Instant;
  readonly heartbeats: readonly StoredHeartbeat[];
  /** Workers that are alive. */
  readonly workers: readonly StoredHeartbeat[];
  readonly lowered: LoweredRate | undefined;
}

/** Looks at most once a second, however many ask. */
export function createLook(parts: EngineParts): () => Promise<Look> {
  return shared(KEPT_MS, parts.elapsed, () => look(parts));
}

/** One answer for all who ask within `keptMs` of when it was asked for; a failure is not kept. */
export function shared<T>(keptMs: number, elapsed: () => number, ask: () => Promise<T>): () => Promise<T> {
  let last: { readonly at: number; readonly answer: Promise<T> } | undefined;
  return () => {
    if (last && elapsed() - last.at < keptMs) return last.answer;
    const asked = { at: elapsed(), answer: ask() };
    last = asked;
    asked.answer.catch(() => {
      if (last === asked) last = undefined;
    });
    return asked.answer;
  };
}

async function look({ store, clock }: EngineParts): Promise<Look> {
  const [heartbeats, lowered, now] = await Promise.all([
    store.heartbeats.list(PROCESSES),
    store.rates.lowered(VENDOR_BUCKET),
    clock(),
  ]);
  const workers = heartbeats.filter((heartbeat) => heartbeat.role === "worker" && isAlive(heartbeat, now));
  return { now, heartbeats, workers, lowered };
}
