import type { Channel } from "../model/channel.js";
import type {
  CampaignCounts,
  DeliveryFact,
  DeliveryStatus,
  SkipReason,
  StoredCommunication,
} from "../model/communication-log.js";
import type { SeenCount } from "../model/figures/deliveries.js";
import type { Instant } from "../model/instant.js";
import type { Condition } from "../query/condition/condition.js";
import type { RowFilter, RowSearch } from "../query/condition/row-filter.js";
import type { QueryOptions } from "./customers.js";
import type { Page, PageRequest } from "./page.js";

export interface PlanRange {
  readonly campaignId: string;
  readonly channel: Channel;
  readonly condition: Condition;
  /** Customer ids in `(after, upTo]`; an absent end is open. */
  readonly after?: string;
  readonly upTo?: string;
  readonly plannedAt: Instant;
  /** Epoch of the planner's lease: where given, nothing is added unless the campaign is planning under it. */
  readonly epoch?: number;
}

export interface RowsToSettle<S extends DeliveryStatus> {
  readonly campaignId: string;
  readonly status: S;
  /** Only these; all, if absent. */
  readonly ids?: readonly string[];
  /** Only those that `stats` counts under it: rows with this reason, or, of none, with this status. */
  readonly onlyReason?: string;
  readonly limit: number;
}

/** All that is given must hold. */
export interface CommunicationFilter extends RowFilter {
  readonly campaignId?: string;
  readonly customerId?: string;
}

export interface FoundBy extends RowFilter {
  readonly campaignId: string;
  readonly search: RowSearch;
}

/** What a row's message goes by, and where its latest generation went. */
export type RowAddress = Pick<StoredCommunication, "channel" | "generation" | "addressHash">;

/** The communication log: a row for each recipient of each campaign, from the plan to the vendor's last word. Times are of the store's clock. */
export interface Communications {
  /** One statement on the server: a pending row, due at once, for everyone in the range for whom the condition holds; existing rows stay as they are. Returns rows added. */
  plan(range: PlanRange): Promise<number>;
  get(id: string): Promise<StoredCommunication | undefined>;
  /** By id. A page of a campaign's rows by a reason costs the same however many others it has. */
  list(filter: CommunicationFilter, page: PageRequest): Promise<Page<StoredCommunication>>;
  /**
   * A campaign's rows that begin so, each once, as `findRows` puts them: first by customer's id, then by address. A page costs the same however
   * many rows there are; it may be short, or empty, and not be the last. What was erased is in no address.
   */
  search(rows: FoundBy, page: PageRequest): Promise<Page<StoredCommunication>>;
  stats(campaignId: string, options?: QueryOptions): Promise<CampaignCounts>;
  /** How many rows of the campaign were first seen to have each status, by quarter-hour: every zone's midnight is between two. In no particular order. */
  seen(campaignId: string, options?: QueryOptions): Promise<readonly SeenCount[]>;
  /** Folds each fact with `foldFact`, atomically for each row; a settled row is out of every claim. Returns the channel and address of each known row, by id. */
  record(facts: readonly DeliveryFact[]): Promise<ReadonlyMap<string, RowAddress>>;
  /** Up to `limit` rows that nobody has claimed become skipped; returns how many. */
  skipRows(rows: RowsToSettle<"pending" | "unknown"> & { readonly reason: SkipReason }): Promise<number>;
  /**
   * Up to `limit` rows whose `reopening` is lower become pending, due at once, in their next generation (`reopenLog`), with this
   * `reopening`; returns how many. So a reopening that died half-way goes on, and one that runs again reopens nothing twice.
   */
  reopen(rows: RowsToSettle<"failed" | "unknown"> & { readonly reopening: number }): Promise<number>;
  /** Whether any row is pending or claimed, and when the earliest pending one is due. */
  remaining(campaignId: string): Promise<{ readonly pending: boolean; readonly claimed: boolean; readonly nextDueAt?: Instant }>;
}
