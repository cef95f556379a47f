import type { CampaignMessage, StoredCampaign } from "../model/campaign.js";
import type { CampaignStats, DeliveryStatus, StoredCommunication } from "../model/communication-log.js";
import type { Page, PageRequest } from "../ports/page.js";

export interface CampaignInput {
  readonly name: string;
  readonly segmentId: string;
  readonly message: CampaignMessage;
  readonly throttlePerSecond?: number;
}

export interface ScheduleInput {
  /** In the future: ISO 8601 with an offset, or local time in `timeZone`; a gap moves forward, an overlap is its first. */
  readonly at: string;
  /** IANA; the engine's. */
  readonly timeZone?: string;
  /** From then on it does not start by itself, but is paused as `missed_schedule`; 60. */
  readonly maxLatenessMinutes?: number;
}

export interface UnknownResolution {
  /** `resend` may reach a person twice; `skip` may never reach them. */
  readonly action: "resend" | "skip";
  /** Log rows, at most 1,000; all that are unknown, if absent. */
  readonly ids?: readonly string[];
}

/** Campaigns, from draft to their last message. */
export interface CampaignsApi {
  create(input: CampaignInput): Promise<StoredCampaign>;
  get(id: string): Promise<StoredCampaign>;
  list(page: PageRequest): Promise<Page<StoredCampaign>>;
  /** Drafts only. */
  update(id: string, change: Partial<CampaignInput>): Promise<StoredCampaign>;
  /** Drafts only. */
  delete(id: string): Promise<void>;
  launch(id: string): Promise<StoredCampaign>;
  schedule(id: string, input: ScheduleInput): Promise<StoredCampaign>;
  unschedule(id: string): Promise<StoredCampaign>;
  pause(id: string): Promise<StoredCampaign>;
  resume(id: string): Promise<StoredCampaign>;
  cancel(id: string): Promise<StoredCampaign>;
  /** Sends every failed row of a completed campaign again, in a new generation. */
  retryFailed(id: string): Promise<StoredCampaign>;
  /** Settles rows of which nobody knows whether the vendor took them. */
  resolveUnknown(id: string, resolution: UnknownResolution): Promise<StoredCampaign>;
  /**
   * Sends the message to one address at once, as the first of the audience would get it (or somebody without a name), outside
   * the ledger. `invalid` when the vendor rejects it, `unavailable` when it can't take it now.
   */
  test(id: string, input: { readonly to: string }): Promise<StoredCampaign>;
  stats(id: string): Promise<CampaignStats>;
  log(
    filter: { readonly campaignId?: string; readonly customerId?: string; readonly status?: DeliveryStatus },
    page: PageRequest,
  ): Promise<Page<StoredCommunication>>;
}
