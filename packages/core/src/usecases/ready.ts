import type { Engine } from "../engine/index.js";
import { hasCode } from "../errors.js";
import type { Instant } from "../model/instant.js";
import type { Store } from "../ports/index.js";
import type { EngineParts } from "./engine-parts.js";

/** A machine whose clock is further off misleads who reads its logs, and whatever else it runs. */
const SKEW_MS = 5_000;
/** A lease that nobody holds: taking it is a write. */
const PROBE = "ready";

/** Callers at the same time share one answer. */
export function createReady({ store, queue, clock, addresses }: EngineParts): Engine["ready"] {
  let asking: ReturnType<Engine["ready"]> | undefined;
  const ask: Engine["ready"] = async () => {
    const [storeInfo, refusal, queueInfo] = await Promise.all([store.info(), refusalOf(store), queue.info()]);
    await addresses();
    const warnings = [...storeInfo.warnings, ...skewOf(await clock())];
    return { store: { ...storeInfo, ...refusal, warnings }, queue: queueInfo };
  };
  return () => {
    asking ??= ask().finally(() => {
      asking = undefined;
    });
    return asking;
  };
}

function skewOf(storeTime: Instant): readonly string[] {
  const aheadMs = Date.now() - storeTime;
  if (Math.abs(aheadMs) <= SKEW_MS) return [];
  const off = `${Math.round(Math.abs(aheadMs) / 1_000)} s ${aheadMs > 0 ? "ahead of" : "behind"}`;
  return [`This machine's clock is ${off} the store's. The engine goes by the store's.`];
}

/** A store that is away altogether fails `info` as well. */
export async function refusalOf(store: Store): Promise<{ readonly refusesWrites?: string }> {
  try {
    await store.leases.acquire(PROBE, 1);
    return {};
  } catch (error) {
    if (hasCode(error, "unavailable")) return { refusesWrites: error.message };
    throw error;
  }
}
