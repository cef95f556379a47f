import { hasCode } from "../../errors.js";
import { type CampaignPlan, moveCampaign, type StoredCampaign } from "../../model/campaign.js";
import { readWhole } from "../../ports/page.js";
import type { Condition } from "../../query/condition/condition.js";
import { lowerRule } from "../../query/lower-rule.js";
import { skipAll, skipCancelled } from "../communications/settle-rows.js";
import type { EngineParts } from "../engine-parts.js";
import { ruleContext } from "../segments/rule-context.js";
import { inWords } from "./campaign-audience.js";
import { planLease } from "./plan-lease.js";
import { replaceCampaign } from "./replace-campaign.js";

/** Bounds of a range, whose size adapts so that one statement takes some 50 ms and never blocks others for long. */
const MIN_RANGE = 500;
const FIRST_RANGE = 2_000;
const MAX_RANGE = 20_000;
const RANGE_TARGET_MS = 50;
/** A store that gives up on one customer so often, though it answers otherwise, can't evaluate the rule. */
const LAST_ATTEMPTS = 3;
const NOBODY: Condition = { kind: "any", of: [] };

/**
 * Freezes the audience of one campaign that is planning, range by range of customer ids, under a lease. A range is one statement
 * that can run again without effect; the mark moves by compare-and-set, so that a planner that has lost its lease moves nothing.
 * A range that the store gives up on is tried again in smaller ones, down to one customer; a campaign whose rule is too much even
 * for that fails, with the reason. At the signal it stops after the current range; the next planner continues from the mark. Returns whether there was a campaign
 * to plan. A campaign that can't be planned now does not block the next one; its error is thrown last.
 */
export async function planOne(parts: EngineParts, signal: AbortSignal): Promise<boolean> {
  const failures: unknown[] = [];
  for (const id of await readWhole((page) => parts.store.campaigns.findIds(["planning"], page))) {
    const lease = planLease(id);
    const epoch = await parts.store.leases.acquire(lease, parts.leaseMs);
    if (epoch === undefined) continue;
    try {
      await planUnderLease(parts, id, { name: lease, epoch }, signal);
      if (failures.length === 0) return true;
    } catch (error) {
      if (hasCode(error, "closed")) throw error;
      failures.push(error);
    } finally {
      await parts.store.leases.release(lease, epoch);
    }
  }
  if (failures.length > 0) throw failures[0];
  return false;
}

async function planUnderLease(
  parts: EngineParts,
  id: string,
  lease: { readonly name: string; readonly epoch: number },
  signal: AbortSignal,
): Promise<void> {
  let size = FIRST_RANGE;
  let lastAttempts = LAST_ATTEMPTS;
  // The plan pins rule, segments, now and zone, so one lowering serves every range.
  let condition: ReturnType<typeof resolve> | undefined;
  while (!signal.aborted) {
    const campaign = await parts.store.campaigns.get(id);
    if (campaign?.status !== "planning" || !campaign.plan) return skipLate(parts, campaign);
    if (campaign.plan.epoch !== lease.epoch) {
      await write(parts, campaign, { ...campaign.plan, epoch: lease.epoch });
      continue;
    }
    condition ??= resolve(parts, campaign, campaign.plan);
    if (!("kind" in condition)) {
      await replaceCampaign(parts, campaign, await failed(parts, campaign, condition.reason));
      return;
    }
    const began = parts.elapsed();
    try {
      await planRange(parts, campaign, campaign.plan, condition, size);
    } catch (error) {
      if (hasCode(error, "closed")) throw error;
      if (size === 1) {
        await requireAnswer(parts, campaign, campaign.plan);
        lastAttempts -= 1;
      }
      if (lastAttempts === 0) {
        await replaceCampaign(parts, campaign, await failed(parts, campaign, tooMuch(campaign, error)));
        return;
      }
      size = Math.max(1, size >> 2);
      if (!(await parts.store.leases.renew(lease.name, lease.epoch, parts.leaseMs))) return;
      continue;
    }
    lastAttempts = LAST_ATTEMPTS;
    const tookMs = parts.elapsed() - began;
    size = Math.min(
      MAX_RANGE,
      Math.max(Math.min(MIN_RANGE, size), tookMs > 2 * RANGE_TARGET_MS ? size >> 1 : tookMs < RANGE_TARGET_MS ? size * 2 : size),
    );
    if (!(await parts.store.leases.renew(lease.name, lease.epoch, parts.leaseMs))) {
      return skipLate(parts, await parts.store.campaigns.get(id));
    }
  }
}

/** Skips rows that were added after the campaign had ended: nobody will send them. */
async function skipLate(parts: EngineParts, campaign: StoredCampaign | undefined): Promise<void> {
  if (campaign?.status === "cancelled") await skipCancelled(parts, campaign.id);
  if (campaign?.status === "completed")
    await skipAll(parts, { campaignId: campaign.id, status: "pending", reason: "audience_frozen" });
}

async function planRange(
  parts: EngineParts,
  campaign: StoredCampaign,
  plan: CampaignPlan,
  condition: Condition,
  size: number,
): Promise<void> {
  const { store } = parts;
  const upTo = await store.customers.idAfter(plan.plannedTo, size);
  await addRows(parts, campaign, plan, { condition, upTo });
  if (upTo !== undefined) {
    await write(parts, campaign, { ...plan, plannedTo: upTo });
    return;
  }
  const { total } = await store.communications.stats(campaign.id);
  const why = total === 0 ? "the audience is empty: nobody to send to" : `the audience is frozen: ${total} recipients`;
  const running = moveCampaign(campaign, "freeze", { at: await parts.clock(), by: "engine", why });
  await replaceCampaign(parts, campaign, { ...running, plan: { ...plan, frozen: true } });
}

/** Throws the store's error if it does not plan one customer even where there is nothing to evaluate: then it isn't the rule. */
async function requireAnswer(parts: EngineParts, campaign: StoredCampaign, plan: CampaignPlan): Promise<void> {
  const upTo = await parts.store.customers.idAfter(plan.plannedTo, 1);
  await addRows(parts, campaign, plan, { condition: NOBODY, upTo });
}

async function addRows(
  { store }: EngineParts,
  campaign: StoredCampaign,
  plan: CampaignPlan,
  { condition, upTo }: { readonly condition: Condition; readonly upTo: string | undefined },
): Promise<void> {
  await store.communications.plan({
    campaignId: campaign.id,
    channel: campaign.message.channel,
    condition,
    plannedAt: plan.now,
    epoch: plan.epoch,
    ...(plan.plannedTo === undefined ? {} : { after: plan.plannedTo }),
    ...(upTo === undefined ? {} : { upTo }),
  });
}

async function write(parts: EngineParts, campaign: StoredCampaign, plan: CampaignPlan): Promise<void> {
  await replaceCampaign(parts, campaign, { ...campaign, plan, updatedAt: await parts.clock() });
}

function resolve(parts: EngineParts, campaign: StoredCampaign, plan: CampaignPlan): Condition | { readonly reason: string } {
  try {
    return lowerRule(plan.rule, ruleContext(parts, plan));
  } catch (error) {
    return {
      reason: `The rule of ${inWords(campaign)} can't be resolved: ${messageOf(error)}`,
    };
  }
}

function tooMuch(campaign: StoredCampaign, error: unknown): string {
  const { plan } = campaign;
  const next = plan?.plannedTo === undefined ? "the first customer" : `the customer after ${plan.plannedTo}`;
  return `The rule of ${inWords(campaign)} can't be evaluated by the store, even for ${next} alone: ${messageOf(error)}`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

async function failed(parts: EngineParts, campaign: StoredCampaign, reason: string): Promise<StoredCampaign> {
  return moveCampaign(campaign, "fail", { at: await parts.clock(), by: "engine", why: reason, reason });
}
