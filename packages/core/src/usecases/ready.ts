import type { Engine } from "../engine/index.js";
import { hasCode } from "../errors.js";
import type { Store } from "../ports/index.js";
import type { EngineParts } from "./engine-parts.js";

/** A lease that nobody holds: taking it is a write. */
const PROBE = "ready";

/** Callers at the same time share one answer. */
export function createReady({ store, queue }: EngineParts): Engine["ready"] {
  let asking: ReturnType<Engine["ready"]> | undefined;
  const ask: Engine["ready"] = async () => {
    const [storeInfo, refusal, queueInfo] = await Promise.all([store.info(), refusalOf(store), queue.info()]);
    return { store: { ...storeInfo, ...refusal }, queue: queueInfo };
  };
  return () => {
    asking ??= ask().finally(() => {
      asking = undefined;
    });
    return asking;
  };
}

/** A store that is away altogether fails `info` as well. */
async function refusalOf(store: Store): Promise<{ readonly refusesWrites?: string }> {
  try {
    await store.leases.acquire(PROBE, 1);
    return {};
  } catch (error) {
    if (hasCode(error, "unavailable")) return { refusesWrites: error.message };
    throw error;
  }
}
