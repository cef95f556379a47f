import { isSliceOver, nextTurn } from "../../event-loop.js";
import type { BatchKind, Fates, Rejection } from "../../model/batch.js";
import { type CustomerChange, type CustomerRecord, customerParser, type Stamp } from "../../model/customer.js";
import type { Parsed } from "../../model/edge.js";
import { MAX_ORDERS_TOTAL, type OrderRecord, orderParser } from "../../model/order.js";
import type { QueueMessage } from "../../ports/queue.js";
import type { EngineParts } from "../engine-parts.js";
import { resolveIdentities } from "./resolve-identity.js";
import { decodeRowMessage, type RowMessage } from "./row-message.js";

interface ReadRow<R> {
  readonly rows: readonly number[];
  readonly stamp: Stamp;
  readonly record: R;
  /** Set where the store refused the row. */
  issue?: { readonly path: string; readonly message: string };
}

const ERASED = "the customer was erased after this row was sent";

interface ReadPart<R> {
  readonly message: RowMessage;
  readonly accepted: readonly ReadRow<R>[];
  readonly rejections: Rejection[];
}

type ApplyRows = (kind: BatchKind, messages: readonly QueueMessage[]) => Promise<readonly undefined[]>;

/** Validates queued rows, applies the good ones and records the fate of all. Repeating it changes nothing. */
export function createApplyRows(parts: EngineParts): ApplyRows {
  const parseCustomer = customerParser(parts.context);
  const parseOrder = orderParser(parts.context);
  return async (kind, messages) => {
    if (kind === "customers") {
      const read = await readParts(messages, parseCustomer);
      await applyCustomers(parts, read);
      await parts.store.batches.record(read.map((part) => fatesOf(kind, part)));
    } else {
      const read = await readParts(messages, parseOrder);
      await applyOrders(parts, read);
      await parts.store.batches.record(read.map((part) => fatesOf(kind, part)));
    }
    return messages.map(() => undefined);
  };
}

async function readParts<R>(messages: readonly QueueMessage[], parse: (input: unknown) => Parsed<R>): Promise<ReadPart<R>[]> {
  const read: ReadPart<R>[] = [];
  for (const message of messages) read.push(await readPart(decodeRowMessage(message), parse));
  return read;
}

async function readPart<R>(message: RowMessage, parse: (input: unknown) => Parsed<R>): Promise<ReadPart<R>> {
  const accepted: ReadRow<R>[] = [];
  const rejections: Rejection[] = [];
  for (const entry of message.entries) {
    if (isSliceOver()) await nextTurn();
    if ("issue" in entry) {
      rejections.push(...entry.rows.map((row) => ({ row, ...entry.issue })));
      continue;
    }
    const parsed = parse(entry.data);
    if (parsed.ok) accepted.push({ rows: entry.rows, stamp: entry.stamp, record: parsed.value });
    else
      rejections.push(
        ...entry.rows.map((row) => ({
          row,
          path: parsed.issues[0]?.path ?? "",
          message: parsed.issues[0]?.message ?? "is invalid",
        })),
      );
  }
  return { message, accepted, rejections };
}

async function applyCustomers(parts: EngineParts, read: readonly ReadPart<CustomerRecord>[]): Promise<void> {
  const rows = read.flatMap((part) => part.accepted);
  if (rows.length === 0) return;
  const ids = await resolveIdentities(
    rows.map((row) => row.record),
    parts.store,
  );
  const outcomes = await parts.store.customers.apply(
    rows.map((row, index) => ({ id: ids[index] ?? "", stamp: row.stamp, fields: row.record.fields })),
  );
  for (const [index, row] of rows.entries()) if (outcomes[index] === "erased") row.issue = { path: "id", message: ERASED };
}

/**
 * Orders are written first, so that a refused order changes no customer. The bare customers that they create are then filled in.
 */
async function applyOrders(parts: EngineParts, read: readonly ReadPart<OrderRecord>[]): Promise<void> {
  const rows = read.flatMap((part) => part.accepted);
  if (rows.length === 0) return;
  const ids = await resolveIdentities(
    rows.map((row) => row.record.customer),
    parts.store,
  );
  const outcomes = await parts.store.orders.apply(
    rows.map((row, index) => ({ ...row.record.order, customerId: ids[index] ?? "", stamp: row.stamp })),
  );
  const changes: CustomerChange[] = [];
  for (const [index, row] of rows.entries()) {
    const { customer, order } = row.record;
    if (outcomes[index] === "other_customer") {
      row.issue = {
        path: "customerId",
        message: `order ${order.id} belongs to another customer, and an order keeps its customer`,
      };
    } else if (outcomes[index] === "erased") {
      row.issue = { path: "customerId", message: ERASED };
    } else if (outcomes[index] === "over_limit") {
      row.issue = { path: "amount", message: overLimit(parts.context) };
    } else if (Object.keys(customer.fields).length > 0) {
      changes.push({ id: ids[index] ?? "", stamp: row.stamp, fields: customer.fields });
    }
  }
  if (changes.length > 0) await parts.store.customers.apply(changes);
}

function overLimit({ currency, currencyDecimals }: EngineParts["context"]): string {
  const digits = String(MAX_ORDERS_TOTAL);
  const cut = digits.length - currencyDecimals;
  const limit = currencyDecimals === 0 ? digits : `${digits.slice(0, cut)}.${digits.slice(cut)}`;
  return `with this order, those of its customer would add up to more than ${limit} ${currency}, and no customer's may`;
}

function fatesOf<R>(kind: BatchKind, part: ReadPart<R>): Fates {
  const late = part.accepted.flatMap(({ rows, issue }) => (issue ? rows.map((row) => ({ row, ...issue })) : []));
  const accepted = part.accepted.reduce((sum, row) => sum + (row.issue ? 0 : row.rows.length), 0);
  return {
    batchId: part.message.batchId,
    part: part.message.part,
    kind,
    single: part.message.single,
    accepted,
    rejections: [...part.rejections, ...late].sort((a, b) => a.row - b.row),
  };
}
