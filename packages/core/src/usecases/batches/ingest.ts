import type { Accepted } from "../../engine/batches.js";
import type { IngestOptions, RowInput, UntrustedIngest } from "../../engine/untrusted.js";
import { invalid } from "../../errors.js";
import { BATCH_KINDS, type BatchKind } from "../../model/batch.js";
import { customerParser } from "../../model/customer-input.js";
import { isLongerThan } from "../../model/json-bytes.js";
import { orderParser } from "../../model/order-input.js";
import type { IngestParts } from "./apply-parts.js";
import { groupOrderLines } from "./group-order-lines.js";
import type { GroupedRow } from "./line-order.js";
import { encodeRowMessage, placeOf, placesOf } from "./row-message.js";
import { MAX_ROW_BYTES, TOO_LARGE_ROW, Upload } from "./upload.js";

const TOUCH_EVERY_MS = 5_000;

/** The kind in a single object's batch id, whose record only the worker creates. Undefined for any other id. */
export function kindOfSingle(batchId: string): BatchKind | undefined {
  return BATCH_KINDS.find((kind) => batchId.startsWith(`single-${kind}-`));
}

export function createIngest(parts: IngestParts): Omit<UntrustedIngest, "dryRun" | "preview"> {
  const parsers = { customers: customerParser(parts.context), orders: orderParser(parts.context) };
  const { nextStamp } = parts;

  const one = async (kind: BatchKind, data: unknown, options: IngestOptions = {}): Promise<Accepted> => {
    const parsed = parsers[kind](data);
    if (!parsed.ok) throw invalid(parsed.issues);
    const batchId = `single-${kind}-${options.batchId ?? parts.newId()}`;
    if (isLongerThan(data, MAX_ROW_BYTES)) throw invalid([TOO_LARGE_ROW]);
    const entries = [{ rows: [1], stamp: await nextStamp(), data }];
    await parts.queue.publish(kind, [encodeRowMessage({ count: 1, batchId, part: 0, single: true, entries })]);
    return { batchId, received: 1 };
  };

  const rows = async (
    kind: BatchKind,
    input: AsyncIterable<RowInput> | Iterable<RowInput>,
    options: IngestOptions = {},
  ): Promise<Accepted> => {
    const upload = new Upload(parts, kind, options.batchId);
    await parts.store.batches.insert({ id: upload.batchId, kind, createdAt: await parts.clock() });
    const alive = setInterval(() => void upload.touch(), TOUCH_EVERY_MS);
    try {
      for await (const row of queueable(upload.watch(input, options.signal), options, parts)) {
        await upload.add("issue" in row ? row : { ...placesOf(row), stamp: await nextStamp(), data: row.data });
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

/** Rows, or orders of lines, as they are queued. */
export async function* queueable(
  input: AsyncIterable<RowInput> | Iterable<RowInput>,
  options: IngestOptions,
  parts: IngestParts,
): AsyncIterable<GroupedRow> {
  if (options.lines) {
    yield* groupOrderLines(input, options.lines, parts);
    return;
  }
  for await (const row of input) {
    yield { ...placeOf(row), ...("issue" in row ? { issue: row.issue } : { data: row.data }) };
  }
}

function* numbered(list: readonly unknown[]): Iterable<RowInput> {
  for (const [index, data] of list.entries()) yield { row: index + 1, data };
}
