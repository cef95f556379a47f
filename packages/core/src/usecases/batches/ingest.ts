import type { Accepted } from "../../engine/batches.js";
import type { IngestOptions, RowInput, UntrustedIngest } from "../../engine/untrusted.js";
import { CrmError, hasCode, invalid } from "../../errors.js";
import { BATCH_KINDS, type BatchKind } from "../../model/batch.js";
import { customerParser } from "../../model/customer.js";
import { orderParser } from "../../model/order.js";
import type { EngineParts } from "../engine-parts.js";
import { type GroupedRow, groupOrderLines } from "./group-order-lines.js";
import { encodeRowMessage, type QueuedRow } from "./row-message.js";

/** Bounds of a message, so that it stays small and cheap to redeliver. */
const MAX_PART_ROWS = 200;
const MAX_PART_CHARACTERS = 256 * 1024;
const TOUCH_EVERY_MS = 5_000;

/** The kind in a single object's batch id, whose record only the worker creates. Undefined for any other id. */
export function kindOfSingle(batchId: string): BatchKind | undefined {
  return BATCH_KINDS.find((kind) => batchId.startsWith(`single-${kind}-`));
}

export function createIngest(parts: EngineParts): UntrustedIngest {
  const parsers = { customers: customerParser(parts.context), orders: orderParser(parts.context) };
  const { nextStamp } = parts;

  const one = async (kind: BatchKind, data: unknown, options: IngestOptions = {}): Promise<Accepted> => {
    const parsed = parsers[kind](data);
    if (!parsed.ok) throw invalid(parsed.issues);
    const batchId = `single-${kind}-${options.batchId ?? parts.newId()}`;
    const entries: readonly QueuedRow[] = [{ rows: [1], stamp: await nextStamp(), data }];
    await parts.queue.publish(kind, [encodeRowMessage({ count: 1, batchId, part: 0, single: true, entries })]);
    return { batchId, received: 1 };
  };

  const rows = async (
    kind: BatchKind,
    input: AsyncIterable<RowInput> | Iterable<RowInput>,
    options: IngestOptions = {},
  ): Promise<Accepted> => {
    const upload = new Upload(parts, kind, options.batchId ?? parts.newId());
    await parts.store.batches.insert({ id: upload.batchId, kind, createdAt: await parts.clock() });
    const alive = setInterval(() => void upload.touch(), TOUCH_EVERY_MS);
    try {
      for await (const row of queueable(upload.watch(input, options.signal), options, parts)) {
        await upload.add("issue" in row ? row : { rows: row.rows, stamp: await nextStamp(), data: row.data });
      }
      await upload.flush();
    } catch (error) {
      throw await upload.breakOff(error);
    } finally {
      clearInterval(alive);
    }
    await parts.store.batches.seal(upload.batchId, { received: upload.queued, truncated: false });
    return { batchId: upload.batchId, received: upload.queued };
  };

  return {
    one,
    rows,
    customers: (list) => rows("customers", numbered(list)),
    orders: (list) => rows("orders", numbered(list)),
  };
}

/** One upload in progress: collects rows into parts, and publishes one part while the next is read. */
class Upload {
  queued = 0;
  private rowsRead = 0;
  private part = 0;
  private entries: QueuedRow[] = [];
  private count = 0;
  private characters = 0;
  private publishing: Promise<void> = Promise.resolve();

  constructor(
    private readonly parts: EngineParts,
    private readonly kind: BatchKind,
    readonly batchId: string,
  ) {}

  /** Says that the upload is alive, whatever it waits for: its client, the queue, lines that are grouped. Never rejects. */
  touch(): Promise<void> {
    return this.parts.store.batches.touch(this.batchId, this.queued).catch(() => undefined);
  }

  /** Counts the rows read, and ends at the signal. */
  async *watch(input: AsyncIterable<RowInput> | Iterable<RowInput>, signal: AbortSignal | undefined): AsyncIterable<RowInput> {
    for await (const row of input) {
      signal?.throwIfAborted();
      this.rowsRead += 1;
      yield row;
    }
  }

  async add(row: QueuedRow): Promise<void> {
    this.entries.push(row);
    this.count += row.rows.length;
    this.characters += 40 + roughSize("data" in row ? row.data : row.issue);
    if (this.entries.length >= MAX_PART_ROWS || this.characters >= MAX_PART_CHARACTERS) await this.publishPart();
  }

  async flush(): Promise<void> {
    if (this.entries.length > 0) await this.publishPart();
    await this.publishing;
  }

  /** Queues what was read, if the queue still takes it, and seals the batch as truncated. Returns the error to throw. */
  async breakOff(error: unknown): Promise<CrmError> {
    if (!hasCode(error, "unavailable")) await this.flush().catch(() => undefined);
    await this.publishing.catch(() => undefined);
    await this.parts.store.batches.seal(this.batchId, { received: this.queued, truncated: true }).catch(() => undefined);
    const details = { batchId: this.batchId, rowsRead: this.rowsRead };
    if (error instanceof CrmError)
      return new CrmError(error.code, error.message, { cause: error, details: { ...error.details, ...details } });
    return new CrmError("invalid", "The upload broke off.", { cause: error, details });
  }

  private async publishPart(): Promise<void> {
    const { entries, count } = this;
    const message = encodeRowMessage({ count, batchId: this.batchId, part: this.part, single: false, entries });
    this.part += 1;
    this.entries = [];
    this.count = 0;
    this.characters = 0;
    await this.publishing;
    this.publishing = this.parts.queue.publish(this.kind, [message]).then(() => {
      this.queued += count;
    });
    this.publishing.catch(() => undefined);
  }
}

async function* queueable(input: AsyncIterable<RowInput>, options: IngestOptions, parts: EngineParts): AsyncIterable<GroupedRow> {
  if (options.lines) {
    yield* groupOrderLines(input, options.lines, parts);
    return;
  }
  for await (const row of input) {
    yield "issue" in row ? { rows: [row.row], issue: row.issue } : { rows: [row.row], data: row.data };
  }
}

function* numbered(list: readonly unknown[]): Iterable<RowInput> {
  for (const [index, data] of list.entries()) yield { row: index + 1, data };
}

/** Roughly the length of a value's JSON: enough to bound a message. */
function roughSize(value: unknown): number {
  if (typeof value === "string") return value.length + 2;
  if (typeof value !== "object" || value === null) return 6;
  let size = 2;
  for (const [key, entry] of Object.entries(value)) size += key.length + 4 + roughSize(entry);
  return size;
}
