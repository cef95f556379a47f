import type { UntrustedCampaigns } from "../../engine/untrusted.js";
import { CrmError, invalid } from "../../errors.js";
import {
  type CampaignReopening,
  type CampaignStatus,
  moveCampaign,
  type StoredCampaign,
  stateConflict,
} from "../../model/campaign.js";
import { type CampaignCounts, splitLogId } from "../../model/communication-log.js";
import { parseWith } from "../../model/edge.js";
import { withoutUndefined } from "../../model/record-of.js";
import { type Campaign, viewCampaign } from "../../view/campaign.js";
import { finishReopening } from "../communications/finish-reopening.js";
import { skipAll } from "../communications/settle-rows.js";
import type { EngineParts } from "../engine-parts.js";
import { resolveUnknownSchema, retryFailedSchema } from "./campaign-inputs.js";
import { changeCampaign, getCampaign, requireSender } from "./change-campaign.js";

const PAGE_SIZE = 1_000;
/** Reasons that an error names. */
const MAX_NAMED = 10;

type Reopenings = Pick<UntrustedCampaigns, "retryFailed" | "resolveUnknown">;

/** Deliberate resends. The campaign moves first, then its rows; if this process dies in between, the sweeper continues. */
export function createReopenings(parts: EngineParts): Reopenings {
  const { store, clock } = parts;
  const get = async (id: string): Promise<Campaign> => viewCampaign(await getCampaign(parts, id));
  const reopened = async (campaign: StoredCampaign, why: string): Promise<StoredCampaign> =>
    moveCampaign(campaign, "reopen", { at: await clock(), by: "user", why });

  const resend = async (id: string, reopening: CampaignReopening): Promise<Campaign> => {
    requireSender(parts);
    await finishReopening(parts, id);
    await changeCampaign(parts, id, async (campaign) => {
      requireStatus(campaign, ["running", "paused", "completed"], "unknown messages can't be sent again");
      if (campaign.reopening) throw stateConflict(campaign.status, "others of its messages are still being reopened");
      if (!(await hasUnknown(parts, id, reopening.ids))) return campaign;
      return begin(
        campaign.status === "completed" ? await reopened(campaign, "unknown messages are sent again") : campaign,
        reopening,
      );
    });
    await finishReopening(parts, id);
    return get(id);
  };
  const begin = async (campaign: StoredCampaign, reopening: CampaignReopening): Promise<StoredCampaign> => ({
    ...campaign,
    reopenings: (campaign.reopenings ?? 0) + 1,
    reopening,
    unsettled: true,
    updatedAt: await clock(),
  });

  return {
    retryFailed: async (id, json) => {
      requireSender(parts);
      const onlyReason = readReason(json);
      await changeCampaign(parts, id, async (campaign) => {
        const which = onlyReason === undefined ? "" : ` (${onlyReason})`;
        const moved = await reopened(campaign, `failed messages${which} are sent again by a user`);
        requireFailed(await store.communications.stats(id), onlyReason);
        return begin(moved, { status: "failed", ...withoutUndefined({ onlyReason }) });
      });
      await finishReopening(parts, id);
      return get(id);
    },
    resolveUnknown: async (id, json) => {
      const { action, ...rows } = readResolution(id, json);
      if (action === "resend") return resend(id, { status: "unknown", ...rows });
      const campaign = await getCampaign(parts, id);
      requireStatus(campaign, ["running", "paused", "completed", "cancelled"], "it has no unknown messages to skip");
      await skipAll(parts, { campaignId: id, status: "unknown", ...rows, reason: "by_operator" });
      return viewCampaign(campaign);
    },
  };
}

interface Resolution {
  readonly action: "resend" | "skip";
  readonly ids?: readonly string[];
}

function requireStatus({ status }: StoredCampaign, statuses: readonly CampaignStatus[], fault: string): void {
  if (!statuses.includes(status)) throw stateConflict(status, fault);
}

function readReason(json: unknown): string | undefined {
  const parsed = parseWith(retryFailedSchema, json ?? {});
  if (!parsed.ok) throw invalid(parsed.issues);
  return parsed.value.reason;
}

function requireFailed({ failed, failedBy }: CampaignCounts, onlyReason: string | undefined): void {
  if (failed === 0) throw new CrmError("conflict", "No message of this campaign failed: there is nothing to send again.");
  if (onlyReason === undefined || Object.hasOwn(failedBy, onlyReason)) return;
  const reasons = Object.keys(failedBy)
    .slice(0, MAX_NAMED)
    .map((reason) => JSON.stringify(reason));
  throw new CrmError("conflict", `No message of this campaign failed for this reason. They failed for ${reasons.join(", ")}.`);
}

function readResolution(campaignId: string, json: unknown): Resolution {
  const parsed = parseWith(resolveUnknownSchema, json);
  if (!parsed.ok) throw invalid(parsed.issues);
  const { action, ids } = parsed.value;
  const issues = (ids ?? []).flatMap((id, index) =>
    splitLogId(id)?.campaignId === campaignId ? [] : [{ path: `ids.${index}`, message: "is no message of this campaign" }],
  );
  if (issues.length > 0) throw invalid(issues.slice(0, 100));
  return { action, ...(ids === undefined ? {} : { ids }) };
}

/** Whether there is anything to send again; if not, the campaign is not reopened. */
async function hasUnknown({ store }: EngineParts, campaignId: string, ids: readonly string[] | undefined): Promise<boolean> {
  const wanted = ids && new Set(ids);
  let cursor: string | undefined;
  for (;;) {
    const page = await store.communications.list(
      { campaignId, status: "unknown" },
      { limit: wanted ? PAGE_SIZE : 1, ...(cursor === undefined ? {} : { cursor }) },
    );
    if (page.items.some(({ id }) => wanted?.has(id) ?? true)) return true;
    if (page.nextCursor === null) return false;
    cursor = page.nextCursor;
  }
}
