import type { Issue } from "../errors.js";
import type { BatchKind, Rejection } from "../model/batch.js";
import type { OrderLineNames } from "../model/imports/order-line.js";
import type { DryRun } from "../view/batch.js";
import type { Campaign } from "../view/campaign.js";
import type { Estimate } from "../view/estimate.js";
import type { Explanation } from "../view/explanation.js";
import type { MessagePreview } from "../view/message/message-preview.js";
import type { Segment } from "../view/segment.js";
import type { Accepted } from "./batches.js";
import type { ChangeOptions } from "./change-options.js";
import type { AcceptedReceipts } from "./communications.js";
import type { UntrustedSuppressions } from "./suppressions.js";

/**
 * The doors for input that no compiler has seen: JSON off a wire, rows of a file. Each does what its typed namesake does, takes
 * anything, and throws `invalid` with the place of each fault; only of receipts, those that are wrong are named in the answer.
 */
export interface Untrusted {
  readonly ingest: UntrustedIngest;
  readonly segments: UntrustedSegments;
  readonly campaigns: UntrustedCampaigns;
  readonly receipts: UntrustedReceipts;
  readonly suppressions: UntrustedSuppressions;
}

/**
 * One row of an upload, or why it could not even be read; of an order line, with its order where that much could be read. `line` is the
 * 1-based line of the unpacked, decoded file on which it begins: header and blank lines count.
 */
export type RowInput =
  | { readonly row: number; readonly line?: number; readonly data: unknown }
  | { readonly row: number; readonly line?: number; readonly issue: Issue; readonly orderId?: string };

export interface IngestOptions {
  /**
   * A derived id makes an upload that is sent again the same batch, of the same parts. Where it breaks off, only whole parts are
   * queued.
   */
  readonly batchId?: string;
  /** Rows are order lines (`OrderLine`), which make orders by their id; and what messages call their parts. */
  readonly lines?: OrderLineNames;
  readonly signal?: AbortSignal;
}

/** Settles when every row is durably queued. A broken stream rejects with `details: { batchId, rowsRead }`; what was queued is applied. */
export interface UntrustedIngest {
  /** One object is parsed at once (`invalid`); anything else wrong with it comes out as its fate. */
  one(kind: BatchKind, data: unknown, options?: IngestOptions): Promise<Accepted>;
  /** Rows are read no faster than they are queued. */
  rows(kind: BatchKind, rows: AsyncIterable<RowInput> | Iterable<RowInput>, options?: IngestOptions): Promise<Accepted>;
  /**
   * What `rows` would do, if it came now and nothing else did; nothing is written. Numbers are of rows (of order lines, with lines).
   * Where it breaks off, it rejects with `details: { rowsRead, received, added, … }`, what was counted till then.
   */
  dryRun(
    kind: BatchKind,
    rows: AsyncIterable<RowInput> | Iterable<RowInput>,
    options?: Pick<IngestOptions, "lines" | "signal">,
  ): Promise<DryRun>;
  /** Of a few rows, which are read whole: the first 20 (or orders, of lines) as each would be stored if nothing else were, and what is wrong with others. */
  preview(kind: BatchKind, rows: AsyncIterable<RowInput> | Iterable<RowInput>, lines?: OrderLineNames): Promise<PreviewedRows>;
  customers(rows: readonly unknown[]): Promise<Accepted>;
  orders(rows: readonly unknown[]): Promise<Accepted>;
}

export interface PreviewedRows {
  readonly rows: readonly {
    /** The first, of an order's lines. */
    readonly row: number;
    readonly line?: number;
    /** As the API shows it, without an id where the row has none, and without what the engine keeps itself. */
    readonly record: object;
  }[];
  /** The first 100, by row. */
  readonly errors: readonly Rejection[];
}

export interface UntrustedSegments {
  create(json: unknown): Promise<Segment>;
  update(id: string, json: unknown, options?: ChangeOptions): Promise<Segment>;
  estimate(json: unknown, options?: { readonly signal?: AbortSignal }): Promise<Estimate>;
  explain(json: unknown): Promise<Explanation>;
}

export interface UntrustedCampaigns {
  create(json: unknown): Promise<Campaign>;
  update(id: string, json: unknown, options?: ChangeOptions): Promise<Campaign>;
  archive(id: string, json?: unknown): Promise<Campaign>;
  schedule(id: string, json: unknown): Promise<Campaign>;
  retryFailed(id: string, json?: unknown): Promise<Campaign>;
  resolveUnknown(id: string, json: unknown): Promise<Campaign>;
  preview(id: string, json?: unknown): Promise<MessagePreview>;
  test(id: string, json: unknown): Promise<Campaign>;
}

export interface UntrustedReceipts {
  accept(receipts: readonly unknown[]): Promise<AcceptedReceipts>;
}
