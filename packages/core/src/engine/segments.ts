import type { StoredCustomer } from "../model/customer.js";
import type { StoredRule, StoredSegment } from "../model/segment.js";
import type { Page, PageRequest } from "../ports/page.js";
import type { Explanation } from "../query/explain.js";
import type { FieldCatalogue } from "../query/language/catalogue.js";

export interface RuleRequest {
  readonly rule: unknown;
  /** The rule's "now"; the data stays as it is. ISO 8601. */
  readonly asOf?: string;
  readonly timeZone?: string;
}

/** How many customers a rule selects, and up to five of them (fewer, where the time ran out). */
export interface Estimate {
  readonly count: number;
  /** False where counting took too long: `count` then comes from a sample of the customers. */
  readonly exact: boolean;
  /** Customers by which an inexact count may be off to either side, at 95 % confidence. */
  readonly marginOfError?: number;
  readonly tookMs: number;
  readonly sample: readonly StoredCustomer[];
}

export interface SegmentInput {
  readonly name: string;
  readonly rule: unknown;
  readonly timeZone?: string;
}

/** Rules, whom they select, and why. */
export interface SegmentsApi {
  create(input: SegmentInput): Promise<StoredSegment>;
  get(id: string): Promise<StoredSegment>;
  list(page: PageRequest): Promise<Page<StoredSegment>>;
  update(id: string, input: SegmentInput): Promise<StoredSegment>;
  /** `conflict`, naming them, while other segments refer to it. */
  delete(id: string): Promise<void>;
  /**
   * Identical rules that are asked about within a second share one query. At the signal it rejects with the signal's reason, and
   * the query is stopped when nobody else waits for it.
   */
  estimate(request: RuleRequest, options?: { readonly signal?: AbortSignal }): Promise<Estimate>;
  members(id: string, page: PageRequest, options?: { readonly asOf?: string }): Promise<Page<StoredCustomer>>;
  explain(request: RuleRequest & { readonly customerId: string }): Promise<Explanation>;
  /** What rules can name, the declared attributes among it, with the operators of each. */
  fields(): FieldCatalogue;
  /** The rule in words, with segments by their names. */
  describe(rule: StoredRule): Promise<string>;
}
