import type { CampaignStatus } from "../model/campaign.js";
import type { Channel } from "../model/channel.js";
import type { DeliveryStatus } from "../model/communication-log.js";
import type { Page, PageRequest } from "../ports/page.js";
import type { Campaign } from "../view/campaign.js";
import type { CampaignStats } from "../view/campaign-stats.js";
import type { CommunicationLog } from "../view/communication-log.js";
import type { CampaignReport } from "../view/figures/campaign-report.js";
import type { MessagePreview } from "../view/message/message-preview.js";
import type { ChangeOptions } from "./change-options.js";

export interface CampaignInput {
  readonly name: string;
  /** The same as `segmentIds` with this one; one of the two. */
  readonly segmentId?: string | undefined;
  /** Who is in any of them is in the audience, once. */
  readonly segmentIds?: readonly string[] | undefined;
  /** Who is in any of them is not. */
  readonly excludeSegmentIds?: readonly string[] | undefined;
  readonly message: {
    readonly channel: Channel;
    /** Liquid; an e-mail needs one. */
    readonly subject?: string | undefined;
    /** Liquid: `Hi {{ customer.name }}`. */
    readonly body: string;
    /** Liquid; of an e-mail. Read off the body, if absent. */
    readonly text?: string | undefined;
    /** Liquid; of an e-mail: hidden where the body begins, for lists of messages to show. */
    readonly preheader?: string | undefined;
    /** `News <news@example.com>`, or an address alone; of an e-mail. The sender's own, if absent. */
    readonly from?: string | undefined;
    readonly replyTo?: string | undefined;
  };
  /** Messages; `null`, as much as the vendor takes. */
  readonly throttlePerSecond?: number | null | undefined;
}

export interface ScheduleInput {
  /** In the future: ISO 8601 with an offset, or local time in `timeZone`; a gap moves forward, an overlap is its first. */
  readonly at: string;
  /** IANA; the engine's. */
  readonly timeZone?: string | undefined;
  /** From then on it does not start by itself, but is paused as `missed_schedule`; 60. */
  readonly maxLatenessMinutes?: number | undefined;
}

export interface UnknownResolution {
  /** `resend` may reach a person twice; `skip` may never reach them. */
  readonly action: "resend" | "skip";
  /** Log rows, at most 1,000; all that are unknown, if absent. */
  readonly ids?: readonly string[] | undefined;
}

/** All that is given must hold. */
export interface LogFilter {
  readonly campaignId?: string | undefined;
  readonly customerId?: string | undefined;
  readonly status?: DeliveryStatus | undefined;
  /** As `failedBy` and `skippedBy` count it; with another status, of rows in that. */
  readonly reason?: string | undefined;
  /**
   * With a campaign, and without a customer: whose customer's id begins so, or the address of whose last call does, as it is kept. Pages may be
   * short, and not be the last.
   */
  readonly search?: string | undefined;
  /** Rows say who their customers are (`customer`). */
  readonly names?: boolean | undefined;
}

/** Campaigns, from draft to their last message. */
export interface CampaignsApi {
  create(input: CampaignInput): Promise<Campaign>;
  get(id: string): Promise<Campaign>;
  /** Newest first. `search`: part of the name, whatever its case; without `archived`, those that are not in the archive, with it, those that are. */
  list(
    page: PageRequest,
    filter?: {
      readonly search?: string | undefined;
      readonly status?: CampaignStatus | undefined;
      readonly archived?: boolean | undefined;
    },
  ): Promise<Page<Campaign>>;
  /** Drafts, and of others the name at any time and the rate until they are over. What is absent stays. */
  update(id: string, change: Partial<CampaignInput>, options?: ChangeOptions): Promise<Campaign>;
  /** Drafts only. */
  delete(id: string, options?: ChangeOptions): Promise<void>;
  /** A draft with the same content, audience and rate, and nothing of what became of the other. */
  clone(id: string): Promise<Campaign>;
  /** Drafts, and what has ended: out of lists, and moved by no user until `archived: false`. */
  archive(id: string, as?: { readonly archived?: boolean | undefined }): Promise<Campaign>;
  launch(id: string): Promise<Campaign>;
  schedule(id: string, input: ScheduleInput): Promise<Campaign>;
  unschedule(id: string): Promise<Campaign>;
  pause(id: string): Promise<Campaign>;
  resume(id: string): Promise<Campaign>;
  cancel(id: string): Promise<Campaign>;
  /** Sends failed rows of a completed campaign again, in a new generation: all, or those that `failedBy` counts under a reason. */
  retryFailed(id: string, which?: { readonly reason?: string | undefined }): Promise<Campaign>;
  /** Settles rows of which nobody knows whether the vendor took them. */
  resolveUnknown(id: string, resolution: UnknownResolution): Promise<Campaign>;
  /**
   * The message as a customer would get it, who need not be in the audience; without one, as the first of the audience (`conflict`
   * where that is empty). With the variables that they have no value for, and whether they may be written to.
   */
  preview(id: string, as?: { readonly customerId?: string | undefined }): Promise<MessagePreview>;
  /**
   * Sends the message to up to ten addresses at once, as a customer would get it: the one who is named, else the first of the audience,
   * else somebody without a name. It is outside the ledger, and only suppression of the addresses is asked. `test` of the answer says
   * for each address what the vendor said.
   */
  test(
    id: string,
    input: { readonly to: string | readonly string[]; readonly customerId?: string | undefined },
  ): Promise<Campaign>;
  /**
   * Resolves when the campaign is over: completed, cancelled or failed, as its status says. Something must be working on it, and one
   * that is a draft or paused waits for its user. Receipts of what was sent may still come in. At the signal it rejects with the
   * signal's reason.
   */
  completed(
    id: string,
    options?: { readonly signal?: AbortSignal; readonly onProgress?: (campaign: Campaign) => void },
  ): Promise<Campaign>;
  stats(id: string): Promise<CampaignStats>;
  /**
   * What became of the messages, by day too, and what their recipients ordered within `windowDays` (7; at most 90) of the campaign's start,
   * beside as many days before it.
   */
  report(
    id: string,
    options?: { readonly windowDays?: number | undefined; readonly signal?: AbortSignal | undefined },
  ): Promise<CampaignReport>;
  /** Rows of the log, by id; what is searched for by the beginning of its customer's id, then by that of its address. */
  log(filter: LogFilter, page: PageRequest): Promise<Page<CommunicationLog>>;
}
