import type { Issue } from "../../errors.js";
import { isSliceOver, nextTurn } from "../../event-loop.js";
import type { BatchKind, Rejection } from "../../model/batch.js";
import type { Stamp } from "../../model/customer.js";
import { type CustomerRecord, customerParser } from "../../model/customer-input.js";
import type { EdgeContext, Parsed } from "../../model/edge.js";
import { type OrderRecord, orderParser } from "../../model/order-input.js";
import { placesOf, type RowMessage, type RowPlaces } from "./row-message.js";

/** A valid row. */
export interface ReadRow extends RowPlaces {
  readonly batchId: string;
  readonly stamp: Stamp;
  /** It came as a single object. */
  readonly single: boolean;
  /** Of an order: whose it is. */
  readonly customer: CustomerRecord;
  readonly order?: OrderRecord["order"];
}

/** A part whose invalid rows have their rejections. */
export interface ReadPart {
  readonly message: RowMessage;
  readonly rows: readonly ReadRow[];
  readonly rejections: readonly Rejection[];
}

export type ReadParts = (kind: BatchKind, messages: readonly RowMessage[]) => Promise<readonly ReadPart[]>;

type Read = Parsed<Pick<ReadRow, "customer" | "order">>;

/** A part's rejections stay well within a document of any store: texts of users' names and ids are cut. */
const MAX_PATH = 200;
const MAX_MESSAGE = 300;

export function partReader(context: EdgeContext): ReadParts {
  const parseCustomer = customerParser(context);
  const read: Readonly<Record<BatchKind, (data: unknown) => Read>> = {
    customers: (data) => {
      const parsed = parseCustomer(data);
      return parsed.ok ? { ok: true, value: { customer: parsed.value } } : parsed;
    },
    orders: orderParser(context),
  };
  return async (kind, messages) => {
    const parts: ReadPart[] = [];
    for (const message of messages) parts.push(await readPart(message, read[kind]));
    return parts;
  };
}

async function readPart(message: RowMessage, read: (data: unknown) => Read): Promise<ReadPart> {
  const rows: ReadRow[] = [];
  const rejections: Rejection[] = [];
  for (const entry of message.entries) {
    if (isSliceOver()) await nextTurn();
    const parsed: Read = "issue" in entry ? { ok: false, issues: [entry.issue] } : read(entry.data);
    if (parsed.ok && "stamp" in entry)
      rows.push({ batchId: message.batchId, ...placesOf(entry), stamp: entry.stamp, single: message.single, ...parsed.value });
    else if (!parsed.ok) rejections.push(...rejectionsOf(entry, parsed.issues[0]));
  }
  return { message, rows, rejections };
}

export function rejectionsOf(
  { rows, lines = [] }: RowPlaces,
  issue: Issue = { path: "", message: "is invalid" },
): readonly Rejection[] {
  const [path, message] = [cut(issue.path, MAX_PATH), cut(issue.message, MAX_MESSAGE)];
  return rows.map((row, index) => {
    const line = lines[index];
    return { row, ...(line === undefined ? {} : { line }), path, message };
  });
}

/** Never in the middle of a character, which would leave half of a pair. */
function cut(text: string, maxLength: number): string {
  return text.length <= maxLength
    ? text
    : `${text
        .slice(0, maxLength - 1)
        .toWellFormed()
        .replace(/\uFFFD$/, "")}…`;
}
