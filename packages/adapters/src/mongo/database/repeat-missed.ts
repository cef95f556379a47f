import { setTimeout as pause } from "node:timers/promises";
import { CrmError } from "@crm-engine/core/ports";

const MAX_ROUNDS = 100;
const MAX_PAUSE_MS = 100;

/**
 * Runs rounds of compare-and-set until none is missed; a round returns what it missed. Each miss is somebody else's success, so
 * this ends; where it does not, it rejects as `unavailable`, and repeating the whole is free.
 */
export async function repeatMissed<T>(items: readonly T[], round: (items: readonly T[]) => Promise<readonly T[]>): Promise<void> {
  let left = items;
  for (let rounds = 1; left.length > 0; rounds++) {
    left = await round(left);
    if (left.length > 0 && rounds === MAX_ROUNDS)
      throw new CrmError("unavailable", "MongoDB is too busy: others kept writing the same rows.");
    if (left.length > 0) await pause(Math.random() * Math.min(MAX_PAUSE_MS, 2 ** rounds));
  }
}
