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
  await takeOverRows(parts);
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

async function takeOverRows({ sender, store, logger }: EngineParts): Promise<void> {
  if (!sender) return;
  const options = { vendorHonoursKeys: sender.remembersKeysMs > 0, limit: SWEEP_ROWS };
  let rows = 0;
  for (let some = SWEEP_ROWS; some === SWEEP_ROWS; rows += some) some = await store.claims.sweep(options);
  if (rows > 0) logger.warn({ rows }, "rows were taken over from a worker that is gone, or was too slow");
}
