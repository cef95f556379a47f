import { bareCustomer, type Condition, type FieldRef, holds, type MessagesRef, type OrdersRef } from "@crm-engine/core";
import type { Document } from "mongodb";
import { NO_ONE, numberPaths, predicate, type Test } from "./compile-condition.js";
import { conjuncts, fieldsIn } from "./condition-parts.js";
import { messageRows } from "./message-rows.js";
import { orderRows } from "./order-rows.js";

export type HistoryRef = OrdersRef | MessagesRef;

/** Rows that several figures may be over, of whoever has such rows. */
export interface History {
  readonly of: "orders" | "communications";
  /** Where the rows' figures are put when they are looked up. */
  readonly as: string;
  /** The stages that leave the rows. */
  readonly rows: readonly Document[];
  /** How many of all rows they may leave: 0 those that hold certain texts, 1 those of a time or a campaign, 2 no telling. */
  readonly breadth: 0 | 1 | 2;
}

/** The histories that a condition reads, each once, and where each of its figures is kept. */
export interface Histories {
  readonly all: readonly History[];
  of(field: FieldRef): History | undefined;
  /** The accumulators of `$group` for the figures that these conditions read of a history. */
  figures(history: History, conditions: readonly Condition[]): Document;
  /** A test of a figure that is kept below a prefix; where the history is empty, nothing is. */
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
    const figure = figureOf(field);
    if (!names.has(figure)) names.set(figure, `figure${names.size}`);
  }
  const of = (field: FieldRef) => (isHistory(field) ? byKey.get(keyOf(field)) : undefined);
  const nameOf = (field: HistoryRef) => names.get(figureOf(field)) ?? "";
  return {
    all: [...byKey.values()],
    of,
    figures: (history, conditions) =>
      Object.fromEntries(
        conditions
          .flatMap(fieldsIn)
          .filter(isHistory)
          .filter((field) => of(field) === history)
          .map((field) => [nameOf(field), accumulatorOf(field)]),
      ),
    test: (test, field, prefix) => {
      const path = prefix + nameOf(field);
      const met = predicate(test, numberPaths(path));
      const ways = [...(met ? [met] : []), ...(holds(test, NEWCOMER) ? [{ [path]: { $exists: false } }] : [])];
      const [first = NO_ONE, ...more] = ways;
      return more.length === 0 ? first : { $or: ways };
    },
  };
}

/** What a condition comes to for whoever has no row of a history; undefined where that alone doesn't decide. */
export function withoutRows(condition: Condition, isOfHistory: (field: FieldRef) => boolean): boolean | undefined {
  switch (condition.kind) {
    case "all":
    case "any": {
      const verdicts = condition.of.map((part) => withoutRows(part, isOfHistory));
      const decisive = condition.kind === "any";
      if (verdicts.includes(decisive)) return decisive;
      return verdicts.includes(undefined) ? undefined : !decisive;
    }
    case "not": {
      const verdict = withoutRows(condition.of, isOfHistory);
      return verdict === undefined ? undefined : !verdict;
    }
    default:
      return isOfHistory(condition.field) ? holds(condition, NEWCOMER) : undefined;
  }
}

/** The condition for whoever has rows of a history: what that alone decides (such as "at least one") is everyone or no one. */
export function withRows(condition: Condition, isOfHistory: (field: FieldRef) => boolean): Condition {
  switch (condition.kind) {
    case "all":
    case "any": {
      const { kind } = condition;
      const [decisive, neutral] = kind === "any" ? [EVERYONE, NO_PERSON] : [NO_PERSON, EVERYONE];
      const of = condition.of.map((part) => withRows(part, isOfHistory)).filter((part) => part !== neutral);
      return of.includes(decisive) ? decisive : of.length === 0 ? neutral : { kind, of };
    }
    case "not": {
      const of = withRows(condition.of, isOfHistory);
      return of === EVERYONE ? NO_PERSON : of === NO_PERSON ? EVERYONE : { kind: "not", of };
    }
    default:
      return isOfHistory(condition.field) && isCount(condition.field) ? ofOneOrMore(condition) : condition;
  }
}

const EVERYONE: Condition = { kind: "all", of: [] };
const NO_PERSON: Condition = { kind: "any", of: [] };

function isCount(field: FieldRef): boolean {
  return field.of === "messages" || (field.of === "orders" && field.figure === "count");
}

function ofOneOrMore(test: Test): Condition {
  if (test.kind === "numberIn") return test.values.some((value) => value >= 1) ? test : NO_PERSON;
  if (test.kind !== "compare") return test;
  const { how, value } = test;
  if (how === "gte" ? value <= 1 : how === "gt" && value < 1) return EVERYONE;
  return (how === "lt" ? value <= 1 : how === "lte" && value < 1) ? NO_PERSON : test;
}

function rowsOf(field: HistoryRef): Omit<History, "as"> {
  return field.of === "orders"
    ? { of: "orders", rows: orderRows(field.where), breadth: breadthOf(field.where) }
    : { of: "communications", rows: messageRows(field), breadth: field.campaignId || field.window ? 1 : 2 };
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
  return JSON.stringify(field.of === "orders" ? field.where : [field.event, field.campaignId, field.window]);
}

function figureOf(field: HistoryRef): string {
  return field.of === "messages" ? "count" : field.figure === "excess" ? `excess ${field.base ?? 0}` : field.figure;
}

function accumulatorOf(field: HistoryRef): Document {
  if (field.of === "messages") return { $sum: 1 };
  switch (field.figure) {
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
