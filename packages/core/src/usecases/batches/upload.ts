import type { RowInput } from "../../engine/untrusted.js";
import { CrmError, hasCode, type Issue } from "../../errors.js";
import type { BatchKind } from "../../model/batch.js";
import { MAX_CUSTOMER_BYTES } from "../../model/customer.js";
import { isLongerThan, isLongText, utf8Bytes } from "../../model/json-bytes.js";
import { MAX_ORDER_BYTES, MAX_ORDER_ITEMS } from "../../model/order.js";
import type { IngestParts } from "./apply-parts.js";
import { joinRowMessage, placesOf, type QueuedRow } from "./row-message.js";

/** A row carries an order and a customer at most: one that is longer as JSON can't be stored, however long rows may be to be read. */
export const MAX_ROW_BYTES = MAX_ORDER_BYTES + MAX_CUSTOMER_BYTES;
export const TOO_LARGE_ROW: Issue = { path: "", message: `the row is longer than ${MAX_ROW_BYTES} bytes of JSON` };

/**
 * Bounds of a message, so that it stays cheap to redeliver, and far below what a broker takes: only an entry that is longer by itself
 * passes the second. Each row may be rejected, and the fates of a part are one document: hence the third.
 */
const MAX_PART_ENTRIES = 200;
const MAX_PART_BYTES = 256 * 1024;
const MAX_PART_ROWS = MAX_ORDER_ITEMS;

/**
 * One upload in progress: collects rows into parts, and publishes one part while the next is read. Which rows make a part depends on
 * the rows alone, so an upload that is taken again under its id publishes the same parts.
 */
export class Upload {
  queued = 0;
  readonly batchId: string;
  readonly #parts: IngestParts;
  readonly #kind: BatchKind;
  readonly #mayBeTakenAgain: boolean;
  #rowsRead = 0;
  #part = 0;
  #entries: string[] = [];
  #count = 0;
  #bytes = 0;
  #publishing: Promise<void> = Promise.resolve();

  /** An id that is given may be given again. */
  constructor(parts: IngestParts, kind: BatchKind, batchId: string | undefined) {
    this.#parts = parts;
    this.#kind = kind;
    this.batchId = batchId ?? parts.newId();
    this.#mayBeTakenAgain = batchId !== undefined;
  }

  /** Says that the upload is alive, whatever it waits for: its client, the queue, lines that are grouped. Never rejects. */
  touch(): Promise<void> {
    return this.#parts.store.batches.touch(this.batchId, this.queued).catch(() => undefined);
  }

  /** Counts the rows read, and ends at the signal. */
  async *watch(input: AsyncIterable<RowInput> | Iterable<RowInput>, signal: AbortSignal | undefined): AsyncIterable<RowInput> {
    for await (const row of input) {
      signal?.throwIfAborted();
      this.#rowsRead += 1;
      yield row;
    }
  }

  async add(row: QueuedRow): Promise<void> {
    const whole = JSON.stringify(row);
    const isTooLarge = "data" in row && isLongText(whole, MAX_ROW_BYTES) && isLongerThan(row.data, MAX_ROW_BYTES);
    const entry = isTooLarge ? JSON.stringify({ ...placesOf(row), issue: TOO_LARGE_ROW }) : whole;
    const bytes = utf8Bytes(entry);
    const isFull =
      this.#entries.length >= MAX_PART_ENTRIES ||
      this.#bytes + bytes > MAX_PART_BYTES ||
      this.#count + row.rows.length > MAX_PART_ROWS;
    if (isFull) await this.#publishPart();
    this.#entries.push(entry);
    this.#count += row.rows.length;
    this.#bytes += bytes;
  }

  async flush(): Promise<void> {
    await this.#publishPart();
    await this.#publishing;
  }

  /**
   * Seals the batch as truncated, and returns the error to throw. What was read is queued, if the queue still takes it, unless the
   * upload may be taken again: a part that then had more rows would not be applied.
   */
  async breakOff(error: unknown): Promise<CrmError> {
    if (!hasCode(error, "unavailable") && !this.#mayBeTakenAgain) await this.flush().catch(() => undefined);
    await this.#publishing.catch(() => undefined);
    await this.#parts.store.batches.seal(this.batchId, { received: this.queued, truncated: true }).catch(() => undefined);
    const details = { batchId: this.batchId, rowsRead: this.#rowsRead };
    if (error instanceof CrmError)
      return new CrmError(error.code, error.message, { cause: error, details: { ...error.details, ...details } });
    return new CrmError("invalid", "The upload broke off.", { cause: error, details });
  }

  async #publishPart(): Promise<void> {
    if (this.#entries.length === 0) return;
    const count = this.#count;
    const message = joinRowMessage({ count, batchId: this.batchId, part: this.#part, single: false }, this.#entries);
    this.#part += 1;
    this.#entries = [];
    this.#count = 0;
    this.#bytes = 0;
    await this.#publishing;
    this.#publishing = this.#parts.queue.publish(this.#kind, [message]).then(() => {
      this.queued += count;
    });
    this.#publishing.catch(() => undefined);
  }
}
