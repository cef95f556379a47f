import type { Issue } from "../errors.js";
import { acceptedIn, type EffectCounts } from "./effect.js";
import type { Instant } from "./instant.js";

export const BATCH_KINDS = ["customers", "orders"] as const;
export type BatchKind = (typeof BATCH_KINDS)[number];

/** The record of one upload. What became of its rows is derived from fates, never counted up. */
export interface BatchRecord {
  readonly id: string;
  readonly kind: BatchKind;
  readonly createdAt: Instant;
  /** Rows that were durably queued; absent while the upload still runs. */
  readonly received?: number;
  /** The upload broke off: rows after the last one received were never read. */
  readonly truncated?: boolean;
}

/** Why a row was refused: its 1-based number (a CSV header is not counted), and what is wrong where. */
export interface Rejection extends Issue {
  readonly row: number;
  /** The 1-based line of the file on which it begins, if it came in one. */
  readonly line?: number;
}

/** The rows of one queued message. Whatever is published under the same name holds the same rows. */
export interface PartRef {
  readonly batchId: string;
  /** Which message of the batch: 0, 1, 2 … in the order of the rows. */
  readonly part: number;
}

/** The customer that a row without an id was found to be about, by the row's number. It holds no address. */
export interface Identity {
  readonly row: number;
  readonly customerId: string;
}

/** Written once, before the part is first applied: a redelivery finds the same customers, whoever changed address meanwhile. */
export interface Identities extends PartRef {
  readonly identities: readonly Identity[];
}

/** What stands of a part. Once it has its fates it is done with, and its identities are gone. */
export interface PartState {
  readonly hasFates: boolean;
  readonly identities: readonly Identity[];
}

/** The fate of the rows of one part: written once, after all that they change. */
export interface Fates extends PartRef, EffectCounts {
  readonly kind: BatchKind;
  /** The batch has only this part: recording its fates creates the batch too. */
  readonly single: boolean;
  readonly rejections: readonly Rejection[];
}

/** A batch with what is derived from its fates. */
export interface StoredBatch extends BatchRecord, EffectCounts {
  /** `completed`: every received row has its fate, and what it changed is visible. */
  readonly status: "processing" | "completed";
  readonly received: number;
  /** Of these, rows that added a record, changed one, or left it as it was. */
  readonly accepted: number;
  readonly rejected: number;
  /** The first 100, by row. */
  readonly errors: readonly Rejection[];
}

/** Derives the status. If there are more fates than rows recorded as received, the fates count. */
export function batchStatus(
  batch: BatchRecord,
  { added, changed, unchanged, rejected, errors }: EffectCounts & Pick<StoredBatch, "rejected" | "errors">,
): StoredBatch {
  const accepted = acceptedIn({ added, changed, unchanged });
  const known = accepted + rejected;
  const received = Math.max(batch.received ?? 0, known);
  return {
    ...batch,
    received,
    accepted,
    added,
    changed,
    unchanged,
    rejected,
    errors,
    status: batch.received !== undefined && known >= received ? "completed" : "processing",
  };
}
