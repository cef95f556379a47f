import {
  bareCustomer,
  type Condition,
  conjuncts,
  type FieldRef,
  fieldsIn,
  holds,
  type MessagesRef,
  type OrdersRef,
  type Test,
} from "@crm-engine/core/ports";
import type { Document } from "mongodb";
import { NO_ONE, numberPaths, predicate } from "./compile-condition.js";
import { messageMet, messageRows } from "./matching-communications.js";
import { orderRows } from "./matching-orders.js";

export type HistoryRef = OrdersRef | MessagesRef;

/** Rows that several measures may be over, of whoever has such rows. Where nobody has two, the row itself stands for its measures. */
export interface History {
  readonly of: "orders" | "communications";
  /** Where the rows' measures are put when they are looked up. */
  readonly as: string;
  /** The stages that leave the rows. */
  readonly rows: readonly Document[];
  /** How many of all rows they may leave: 0 those that hold certain texts, 1 those of a time or a campaign, 2 no telling. */
  readonly breadth: 0 | 1 | 2;
  readonly oneForEach: boolean;
}

/** The histories that a condition reads, each once, and where each of its measures is kept. */
export interface Histories {
  readonly all: readonly History[];
  of(field: FieldRef): History | undefined;
  /** The stage that makes one document of a customer's rows, under this id: the measures that these conditions read. */
  gather(history: History, conditions: readonly Condition[], id: "$customerId" | null): Document;
  /** A test of a measure, which is kept below a prefix; where the history is empty, nothing is. */
  test(test: Test, field: HistoryRef, prefix: string): Document;
}

export function isHistory(field: FieldRef): field is HistoryRef {
  return field.of === "orders" || field.of === "messages";
}

/** Somebody without orders and messages. */
const NEWCOMER = bareCustomer("", 0);

export function historiesIn(condition: Condition): Histories {
  const byKey = new Map<string, History>();
  const names = new Map<string, string>();
  for (const field of fieldsIn(condition).filter(isHistory)) {
    const key = keyOf(field);
    const as = `history${byKey.size}`;
    if (!byKey.has(key)) byKey.set(key, { ...rowsOf(field), as });
    const measure = measureKeyOf(field);
    if (!names.has(measure)) names.set(measure, `measure${names.size}`);
  }
  const of = (field: FieldRef) => (isHistory(field) ? byKey.get(keyOf(field)) : undefined);
  const nameOf = (field: HistoryRef) => names.get(measureKeyOf(field)) ?? "";
  return {
    all: [...byKey.values()],
    of,
    gather: (history, conditions, id) => {
      if (history.oneForEach) return { $project: { _id: id ?? 0, evidence: 1 } };
      const read = conditions.flatMap(fieldsIn).filter(isHistory);
      const measures = read.filter((field) => of(field) === history).map((field) => [nameOf(field), accumulatorOf(field)]);
      return { $group: { _id: id, ...Object.fromEntries(measures) } };
    },
    test: (test, field, prefix) => {
      if (field.of === "messages" && of(field)?.oneForEach) return oneOrNone(test, messageMet(field, prefix));
      const path = prefix + nameOf(field);
      const met = predicate(test, numberPaths(path));
      const ways = [...(met ? [met] : []), ...(holds(test, NEWCOMER) ? [{ [path]: { $exists: false } }] : [])];
      const [first = NO_ONE, ...more] = ways;
      return more.length === 0 ? first : { $or: ways };
    },
  };
}

/** A test of a count that is 1 where the filter is met, and else 0. */
function oneOrNone(test: Test, met: Document): Document {
  const [none, one] = [0, 1].map((visitCount) => holds({ ...test, field: ANY_COUNT }, { ...NEWCOMER, visitCount }));
  if (none === one) return one ? {} : NO_ONE;
  return one ? met : { $nor: [met] };
}

const ANY_COUNT = { of: "customer", name: "visitCount", type: "number" } as const satisfies FieldRef;

function rowsOf(field: HistoryRef): Omit<History, "as"> {
  if (field.of === "orders")
    return { of: "orders", rows: orderRows(field.where), breadth: breadthOf(field.where), oneForEach: false };
  const oneForEach = field.campaignId !== undefined;
  return { of: "communications", rows: messageRows(field), breadth: oneForEach || field.window ? 1 : 2, oneForEach };
}

function breadthOf(where: Condition): History["breadth"] {
  const parts = conjuncts(where);
  if (parts.some((part) => part.kind === "textIn" && (part.field.of === "item" || isOrderId(part.field)))) return 0;
  return parts.some((part) => part.kind === "within") ? 1 : 2;
}

function isOrderId(field: FieldRef): boolean {
  return field.of === "order" && field.name === "id";
}

function keyOf(field: HistoryRef): string {
  if (field.of === "orders") return JSON.stringify(field.where);
  return JSON.stringify(field.campaignId === undefined ? [field.event, field.window] : [field.campaignId]);
}

function measureKeyOf(field: HistoryRef): string {
  return field.of === "messages" ? "count" : field.measure === "excess" ? `excess ${field.base ?? 0}` : field.measure;
}

function accumulatorOf(field: HistoryRef): Document {
  if (field.of === "messages") return { $sum: 1 };
  switch (field.measure) {
    case "count":
      return { $sum: 1 };
    case "sum":
      return { $sum: "$amount" };
    case "excess":
      return { $sum: { $subtract: ["$amount", field.base ?? 0] } };
    case "min":
      return { $min: "$amount" };
    case "max":
      return { $max: "$amount" };
    case "first":
      return { $min: "$placedAt" };
    case "last":
      return { $max: "$placedAt" };
  }
}
