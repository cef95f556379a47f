import type { ConsumeOptions } from "../../engine/work.js";
import { isSliceOver, nextTurn } from "../../event-loop.js";
import type { BatchKind, Fates } from "../../model/batch.js";
import type { AddressField } from "../../model/channel.js";
import { EFFECTS } from "../../model/effect.js";
import { recordOf } from "../../model/record-of.js";
import type { QueueMessage } from "../../ports/queue.js";
import { createApplyCustomers, ERASED } from "./apply-customers.js";
import { createApplyOrders } from "./apply-orders.js";
import type { ApplyParts } from "./apply-parts.js";
import type { BatchNews } from "./batch-news.js";
import { type IdentifiedPart, type IdentifiedRow, identifyRows } from "./identify-rows.js";
import { type Fate, narrowDown, type Work } from "./narrow-down.js";
import { partReader, rejectionsOf } from "./read-part.js";
import { decodeRowMessage, type RowMessage } from "./row-message.js";

export type ApplyRows = (
  kind: BatchKind,
  messages: readonly QueueMessage[],
  onRowRefused?: ConsumeOptions["onRowRefused"],
) => Promise<readonly undefined[]>;

/**
 * Validates queued rows, applies the good ones and, last, records the fate of all. A part that has its fates is left alone, and one
 * that was applied and has none yet, because its worker died, is applied again to the same customers: repeating it changes nothing.
 */
export function createApplyRows(parts: ApplyParts, news: Pick<BatchNews, "touched">): ApplyRows {
  const { store } = parts;
  const readParts = partReader(parts.context);
  const work: Readonly<Record<BatchKind, Work<IdentifiedRow>>> = {
    customers: createApplyCustomers(parts),
    orders: createApplyOrders(parts),
  };
  return async (kind, messages, onRowRefused) => {
    const decoded: RowMessage[] = [];
    for (const message of messages) {
      if (isSliceOver()) await nextTurn();
      decoded.push(decodeRowMessage(message));
    }
    const states = await store.batches.findParts(decoded.map(({ batchId, part }) => ({ batchId, part })));
    const open = decoded.filter((_, index) => !states[index]?.hasFates);
    const read = await readParts(kind, open);
    const identified = await identifyRows(
      parts,
      read,
      states.filter(({ hasFates }) => !hasFates),
    );
    const known = identified.flatMap((part) => part.rows.map((row) => ({ row, batchId: part.message.batchId })));
    const placed = known.filter(({ row }) => row.erasedBy === undefined);
    const fates = await narrowDown(
      placed,
      (some) => work[kind](some.map(({ row }) => row)),
      (error, { row, batchId }) => onRowRefused?.(error, { batchId, row: row.rows[0] ?? 0 }),
    );
    const fateOf = new Map<IdentifiedRow, Fate | undefined>(placed.map(({ row }, index) => [row, fates[index]]));
    for (const { row } of known)
      if (row.erasedBy !== undefined) fateOf.set(row, { path: pathOf(kind, row.erasedBy), message: ERASED });
    if (identified.length > 0) await store.batches.record(identified.map((part) => fatesOf(kind, part, fateOf)));
    news.touched(decoded.flatMap(({ single, batchId }) => (single ? [] : [batchId])));
    return messages.map(() => undefined);
  };
}

function pathOf(kind: BatchKind, field: AddressField): string {
  return kind === "orders" ? `customer.${field}` : field;
}

function fatesOf(kind: BatchKind, part: IdentifiedPart, fateOf: ReadonlyMap<IdentifiedRow, Fate | undefined>): Fates {
  const { batchId, part: number, single } = part.message;
  const late = part.rows.flatMap((row) => {
    const fate = fateOf.get(row);
    return typeof fate === "object" ? rejectionsOf(row, fate) : [];
  });
  const effects = recordOf(EFFECTS, (effect) =>
    part.rows.reduce((sum, row) => sum + (fateOf.get(row) === effect ? row.rows.length : 0), 0),
  );
  const rejections = [...part.rejections, ...late].sort((a, b) => a.row - b.row);
  return { batchId, part: number, kind, single, ...effects, rejections };
}
