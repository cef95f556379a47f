import { hasCode } from "../../errors.js";
import { readWhole } from "../../ports/page.js";
import type { EngineParts } from "../engine-parts.js";
import { finishReopening } from "./finish-reopening.js";
import { SWEEP_ROWS, skipCancelled } from "./settle-rows.js";

/** An upload whose process died is sealed after this; a live one is touched every few seconds. */
const ABANDONED_AFTER_MS = 60_000;

/**
 * Takes back what dead workers held, finishes cancellations and reopenings that died half-way, seals uploads whose process is
 * gone. Without a vendor it can't judge an interrupted call, and leaves its rows to processes that have one.
 */
export async function sweepOnce(parts: EngineParts): Promise<void> {
  const { sender } = parts;
  const limit = SWEEP_ROWS;
  while (sender && (await parts.store.claims.sweep({ vendorHonoursKeys: sender.remembersKeysMs > 0, limit })) === limit);
  await parts.store.batches.sealAbandoned(ABANDONED_AFTER_MS);
  const failures: unknown[] = [];
  for (const id of await readWhole((page) => parts.store.campaigns.findUnsettled(page))) {
    try {
      await finishReopening(parts, id);
      await skipCancelled(parts, id);
    } catch (error) {
      if (hasCode(error, "closed")) throw error;
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}
