import type { Channel } from "../model/channel.js";
import type { StoredRule } from "../model/segment.js";
import type { Page, PageRequest } from "../ports/page.js";
import type { FieldCatalogue } from "../query/language/catalogue.js";
import type { Rule } from "../query/language/rule.js";
import type { Customer } from "../view/customer.js";
import type { Estimate } from "../view/estimate.js";
import type { Explanation } from "../view/explanation.js";
import type { SegmentAnalytics } from "../view/figures/segment-analytics.js";
import type { Segment } from "../view/segment.js";
import type { ChangeOptions } from "./change-options.js";

export interface RuleRequest {
  readonly rule: Rule;
  /** The rule's "now"; the data stays as it is. ISO 8601. */
  readonly asOf?: string | undefined;
  /** IANA; the engine's. */
  readonly timeZone?: string | undefined;
}

export interface SegmentInput {
  readonly name: string;
  readonly rule: Rule;
  /** IANA; the engine's. */
  readonly timeZone?: string | undefined;
}

export interface SegmentAnalyticsQuery {
  /** The id of another segment, to count who is in both. */
  readonly with?: string | undefined;
  /** The rules' "now", and the day from which days are counted; the data stays as it is. ISO 8601. */
  readonly asOf?: string | undefined;
}

/** Rules, whom they select, and why. */
export interface SegmentsApi {
  create(input: SegmentInput): Promise<Segment>;
  get(id: string): Promise<Segment>;
  list(page: PageRequest): Promise<Page<Segment>>;
  update(id: string, input: SegmentInput, options?: ChangeOptions): Promise<Segment>;
  /** `conflict`, naming them, while other segments refer to it. */
  delete(id: string, options?: ChangeOptions): Promise<void>;
  /**
   * Identical rules that are asked about within a second share one query. At the signal it rejects with the signal's reason, and
   * the query is stopped when nobody else waits for it. With a channel it also says how many can be reached by it.
   */
  estimate(
    request: RuleRequest & { readonly channel?: Channel | undefined },
    options?: { readonly signal?: AbortSignal },
  ): Promise<Estimate>;
  members(id: string, page: PageRequest, options?: { readonly asOf?: string }): Promise<Page<Customer>>;
  /**
   * Who is in a segment, beside everyone, computed when it is asked for. Equal questions share a run while it is under way. At the signal it
   * rejects with the signal's reason, and the queries are stopped when nobody else waits for them; after the engine's limit (`analyticsTimeoutMs`)
   * it is `unavailable`.
   */
  analytics(id: string, query?: SegmentAnalyticsQuery, options?: { readonly signal?: AbortSignal }): Promise<SegmentAnalytics>;
  explain(request: RuleRequest & { readonly customerId: string }): Promise<Explanation>;
  /** What rules can name, the declared attributes among it, with the operators of each. */
  fields(): FieldCatalogue;
  /** The rule in words, with segments by their names. */
  describe(rule: StoredRule): Promise<string>;
}
