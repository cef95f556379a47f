import type { RowInput } from "../../engine/untrusted.js";
import type { Issue } from "../../errors.js";
import type { Stamp } from "../../model/customer.js";
import type { QueueMessage } from "../../ports/queue.js";

/** The numbers of rows that share a fate and, where they are of a file, the line on which each begins. */
export interface RowPlaces {
  readonly rows: readonly number[];
  readonly lines?: readonly number[];
}

/**
 * A queued row: accepted with a stamp, or already known to be unreadable. It has several numbers if several lines make one order.
 */
export type QueuedRow = RowPlaces & ({ readonly stamp: Stamp; readonly data: unknown } | { readonly issue: Issue });

export function placesOf({ rows, lines }: RowPlaces): RowPlaces {
  return { rows, ...(lines === undefined ? {} : { lines }) };
}

export function placeOf({ row, line }: Pick<RowInput, "row" | "line">): RowPlaces {
  return { rows: [row], ...(line === undefined ? {} : { lines: [line] }) };
}

/** One message of a batch. `count` comes first in the JSON, so that it can be read without parsing the whole. */
export interface RowMessage {
  readonly count: number;
  readonly batchId: string;
  readonly part: number;
  readonly single: boolean;
  readonly entries: readonly QueuedRow[];
}

export function encodeRowMessage({ entries, ...head }: RowMessage): QueueMessage {
  return joinRowMessage(
    head,
    entries.map((entry) => JSON.stringify(entry)),
  );
}

/** From entries that are JSON already. */
export function joinRowMessage(head: Omit<RowMessage, "entries">, entries: readonly string[]): QueueMessage {
  const { count, batchId, part, single } = head;
  const start = JSON.stringify({ count, batchId, part, single }).slice(0, -1);
  return { id: `${batchId}.${part}`, body: `${start},"entries":[${entries.join()}]}` };
}

/** Throws if the body is not part of a batch: a poison message, for the dead letters. The error quotes nothing of it. */
export function decodeRowMessage(message: QueueMessage): RowMessage {
  const body = parsed(message.body);
  if (typeof body?.batchId !== "string" || typeof body.part !== "number" || !Array.isArray(body.entries)) {
    throw new Error("The message is not a part of a batch.");
  }
  return {
    count: body.count ?? body.entries.length,
    batchId: body.batchId,
    part: body.part,
    single: body.single === true,
    entries: body.entries,
  };
}

function parsed(body: string): Partial<RowMessage> | null {
  try {
    return JSON.parse(body) as Partial<RowMessage> | null;
  } catch {
    return null;
  }
}

/** Rows in a queued message, read from its first bytes; 1 where there are none. */
export function rowsIn(message: QueueMessage): number {
  return Math.max(1, Number(/^\{"count":(\d+)/.exec(message.body)?.[1] ?? 1));
}
