import type { Accepted, AttributeType, BatchKind, ImportMap } from "@crm-engine/core";
import type { DryRun } from "@crm-engine/core/schemas";
import type { CallOptions } from "./call-options.js";

export type UploadBody = string | Uint8Array<ArrayBuffer> | Blob | ReadableStream<Uint8Array> | AsyncIterable<Uint8Array>;

export interface UploadFormat {
  readonly contentType: "application/json" | "application/x-ndjson" | "text/csv" | "text/tab-separated-values";
  /** The body is compressed already. */
  readonly gzip: boolean;
}

export interface UploadOptions extends Partial<UploadFormat>, CallOptions {
  /** `people.csv`, `orders.ndjson.gz`: says type and compression, where they are not said. A `File` says its own. */
  readonly fileName?: string;
  /** What a CSV, TSV or NDJSON is written in, where its mark doesn't say it: `windows-1252`, `iso-8859-15`; UTF-8 if absent. */
  readonly charset?: string;
  /** From the file's columns to fields: a preset's name, a stored map's, or a map. */
  readonly map?: string | ImportMap;
  /** The same key and body make one upload, however often they are sent in a day; a new one, if absent. */
  readonly idempotencyKey?: string;
}

/** Files, or whatever comes as a stream of rows. */
export interface Uploads {
  /**
   * Settles when every row is durably queued. Text, bytes and files are sent again like every other write; of a stream only its reader
   * knows how to begin anew. What was queued before a break is applied: `details.batchId` says under which batch.
   */
  stream(kind: BatchKind, body: UploadBody, options?: UploadOptions): Promise<Accepted>;
  /**
   * What `stream` would do, if it came now: how many rows would be added, changed, left as they are and rejected, and how many customers
   * have an address to which nothing is sent. Nothing is written. Where it breaks off on the way, `truncated`, and the last of `errors` says why.
   */
  dryRun(kind: BatchKind, body: UploadBody, options?: Omit<UploadOptions, "idempotencyKey">): Promise<DryRun>;
  /**
   * How a CSV would be read, by its first 1 MiB; nothing is written. Of a `Blob` or `File` only that much is sent. Without a map, rows are
   * shown by field names, or by the preset that the header fits: `stream` takes it only by name.
   */
  preview(kind: BatchKind, body: UploadBody, options?: Omit<UploadOptions, "idempotencyKey">): Promise<ImportPreview>;
}

/** What the head of a CSV shows. */
export interface ImportPreview {
  readonly delimiter: string;
  readonly encoding: string;
  readonly lineEnd: string;
  /** The preset that the header fits. */
  readonly preset: string | null;
  readonly columns: readonly {
    readonly name: string;
    /** Where its cells go, or would by its name; null where nothing is known to do with it. */
    readonly field: string | null;
    readonly type: AttributeType;
    readonly examples: readonly string[];
  }[];
  /** The first 20, as each would be stored if nothing else were. */
  readonly rows: readonly { readonly row: number; readonly line?: number; readonly record: Readonly<Record<string, unknown>> }[];
  /** Of row 0: why rows can't be read. */
  readonly errors: readonly { readonly row: number; readonly line?: number; readonly path: string; readonly message: string }[];
}
