import { moveCampaign } from "../../model/campaign.js";
import type { SkipReason } from "../../model/communication-log.js";
import type { RowsToSettle } from "../../ports/index.js";
import type { EngineParts } from "../engine-parts.js";
import { planLease } from "./plan-lease.js";

const SWEEP_ROWS = 1_000;
/** An upload whose process died is sealed after this; one that lives is touched every few seconds. */
const ABANDONED_AFTER_MS = 60_000;

/**
 * Takes back what dead workers held, finishes cancellations and reopenings that died half-way, seals uploads whose process is
 * gone. Without a vendor it can't tell what a call that was cut off means, and leaves rows to those who can.
 */
export async function sweepOnce(parts: EngineParts): Promise<void> {
  const { sender } = parts;
  const limit = SWEEP_ROWS;
  while (sender && (await parts.store.communications.sweep({ vendorHonoursKeys: sender.honoursKeys, limit })) === limit);
  for (const id of await parts.store.campaigns.findUnsettled()) {
    await finishReopening(parts, id);
    await skipCancelled(parts, id);
  }
  await parts.store.batches.sealAbandoned(ABANDONED_AFTER_MS);
}

/**
 * Skips the pending rows of a cancelled campaign, and unmarks it when no row is pending or in a worker's hands, nor a planner or
 * a reopening still adding some. Nothing happens to any other campaign.
 */
export async function skipCancelled(parts: EngineParts, id: string): Promise<void> {
  const { store } = parts;
  if ((await store.campaigns.get(id))?.status !== "cancelled") return;
  await underLease(parts, id, async (held) => {
    await skipAll(parts, { campaignId: id, status: "pending", reason: "campaign_cancelled" });
    const open = await store.communications.open(id);
    const campaign = await store.campaigns.get(id);
    if (!campaign?.unsettled || open.pending || open.claimed) return;
    const complete = campaign.plan?.frozen === true && !campaign.reopening;
    if (!held && !complete) return;
    const { unsettled: _, reopening: __, ...settled } = campaign;
    await store.campaigns.replace({ ...settled, version: campaign.version + 1 }, campaign.version);
  });
}

/**
 * Reopens, step by step, what a user has asked for, and unmarks the campaign when every row is pending: until then it does not
 * complete. One process does it at a time; dying half-way, it leaves the rest to the sweeper, and no row is reopened twice.
 */
export async function finishReopening(parts: EngineParts, id: string): Promise<void> {
  const { store } = parts;
  if (!(await store.campaigns.get(id))?.reopening) return;
  await underLease(parts, id, async (held) => {
    while (held && (await reopenStep(parts, id)) && (await held.renew()));
  });
  // A cancellation may have come in while a step was under way; so may, while this process stood still, the campaign's end.
  await skipCancelled(parts, id);
  await runOn(parts, id);
}

/** A completed campaign with rows that were reopened too late runs on. */
async function runOn({ store, clock }: EngineParts, id: string): Promise<void> {
  const campaign = await store.campaigns.get(id);
  if (campaign?.status !== "completed" || !(await store.communications.open(id)).pending) return;
  const move = { at: clock(), by: "engine", why: "some messages were reopened only now" } as const;
  await store.campaigns.replace(moveCampaign(campaign, "reopen", move), campaign.version);
}

/** Returns whether there is more to do. */
async function reopenStep({ store, clock }: EngineParts, id: string): Promise<boolean> {
  const campaign = await store.campaigns.get(id);
  if (!campaign?.reopening || campaign.status === "cancelled") return false;
  const { reopening, unsettled: _, ...settled } = campaign;
  const rows = { campaignId: id, ...reopening, round: campaign.rounds ?? 0, limit: SWEEP_ROWS };
  if ((await store.communications.reopen(rows)) > 0) return true;
  return !(await store.campaigns.replace({ ...settled, version: campaign.version + 1, updatedAt: clock() }, campaign.version));
}

export async function skipAll(
  { store }: EngineParts,
  rows: Omit<RowsToSettle<"pending" | "unknown">, "limit"> & { readonly reason: SkipReason },
): Promise<void> {
  while ((await store.communications.skipRows({ ...rows, limit: SWEEP_ROWS })) === SWEEP_ROWS);
}

/** Works under the lease of a campaign's planner, or without it where another has it. */
async function underLease(
  { store, leaseMs }: EngineParts,
  id: string,
  work: (held: { renew(): Promise<boolean> } | undefined) => Promise<void>,
): Promise<void> {
  const lease = planLease(id);
  const epoch = await store.leases.acquire(lease, leaseMs);
  if (epoch === undefined) return work(undefined);
  try {
    await work({ renew: () => store.leases.renew(lease, epoch, leaseMs) });
  } finally {
    await store.leases.release(lease, epoch);
  }
}
