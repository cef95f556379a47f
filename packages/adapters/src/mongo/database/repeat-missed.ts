import { setTimeout as pause } from "node:timers/promises";
import { CrmError } from "@crm-engine/core/ports";

const MAX_ROUNDS = 100;
const MAX_PAUSE_MS = 100;

/**
 * Repeats compare-and-set, with a random pause, for the items that a round missed. Each miss is another writer's success, so this
 * is lock-free; after too many rounds it rejects as `unavailable`, and the whole may be repeated.
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
