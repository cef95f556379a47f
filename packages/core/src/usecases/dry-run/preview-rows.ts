import type { PreviewedRows, RowInput } from "../../engine/untrusted.js";
import type { BatchKind, Rejection } from "../../model/batch.js";
import { applyCustomerChange, type CustomerFields } from "../../model/customer.js";
import { customerParser } from "../../model/customer-input.js";
import type { OrderLineNames } from "../../model/imports/order-line.js";
import { orderParser } from "../../model/order-input.js";
import { MAX_BATCH_ERRORS } from "../../ports/batches.js";
import { viewCustomer } from "../../view/customer.js";
import { viewOrder } from "../../view/order.js";
import { queueable } from "../batches/ingest.js";
import { rejectionsOf } from "../batches/read-part.js";
import type { EngineParts } from "../engine-parts.js";

const MAX_SHOWN = 20;

/** Reads rows as a worker would, without looking at what is stored. */
export function createPreviewRows(parts: EngineParts) {
  const { context } = parts;
  const parseCustomer = customerParser(context);
  const parseOrder = orderParser(context);
  /** What was said, and nothing that the engine keeps itself. */
  const customerOf = (id: string | undefined, fields: CustomerFields): object => {
    const folded = applyCustomerChange(undefined, { id: id ?? "", stamp: 1, fields }, 0);
    const {
      id: _,
      createdAt,
      updatedAt,
      orderCount,
      totalSpend,
      ...said
    } = viewCustomer(folded, { ...context, defaultConsent: "none" });
    return { ...(id === undefined ? {} : { id }), ...said };
  };
  const recordOf = (kind: BatchKind, data: unknown): { readonly record: object } | { readonly issue: Rejection } => {
    const parsed = kind === "customers" ? parseCustomer(data) : parseOrder(data);
    if (!parsed.ok) return { issue: { row: 0, ...(parsed.issues[0] ?? { path: "", message: "is invalid" }) } };
    if (!("order" in parsed.value)) return { record: customerOf(parsed.value.id, parsed.value.fields) };
    const { order, customer } = parsed.value;
    const { customerId, ...view } = viewOrder({ ...order, customerId: customer.id ?? "" }, context);
    const hasFields = Object.keys(customer.fields).length > 0;
    return {
      record: hasFields
        ? { ...view, customer: customerOf(customer.id, customer.fields) }
        : { ...view, ...(customerId === "" ? {} : { customerId }) },
    };
  };
  return async (
    kind: BatchKind,
    rows: AsyncIterable<RowInput> | Iterable<RowInput>,
    lines: OrderLineNames | undefined,
  ): Promise<PreviewedRows> => {
    const shown: PreviewedRows["rows"][number][] = [];
    const errors: Rejection[] = [];
    for await (const grouped of queueable(rows, lines === undefined ? {} : { lines }, parts)) {
      const read = "issue" in grouped ? { issue: grouped.issue } : recordOf(kind, grouped.data);
      if ("issue" in read) errors.push(...rejectionsOf(grouped, read.issue));
      else if (shown.length < MAX_SHOWN) {
        const [row = 0] = grouped.rows;
        const line = grouped.lines?.[0];
        shown.push({ row, ...(line === undefined ? {} : { line }), record: read.record });
      }
    }
    return { rows: shown, errors: errors.sort((a, b) => a.row - b.row).slice(0, MAX_BATCH_ERRORS) };
  };
}
