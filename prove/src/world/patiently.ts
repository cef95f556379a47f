import { setTimeout as sleep } from "node:timers/promises";
import { hasCode } from "@crm-engine/core";

const PATIENCE_MS = 15_000;
const PAUSE_MS = 200;

/** Asks again, for a while, where a store on a busy machine does not answer in time: that is no finding. For questions only. */
export async function patiently<T>(ask: () => Promise<T>): Promise<T> {
  for (const end = Date.now() + PATIENCE_MS; ; await sleep(PAUSE_MS)) {
    try {
      return await ask();
    } catch (error) {
      if (!hasCode(error, "unavailable") || Date.now() >= end) throw error;
    }
  }
}
