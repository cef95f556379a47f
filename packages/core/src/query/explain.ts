import { formatInstant, type Instant } from "../model/instant.js";
import { fromMinorUnits } from "../model/money.js";
import type { StoredOrder } from "../model/order.js";
import { type Condition, type OrdersRef, SAMPLE_PLACES, type TimeRange } from "./condition/condition.js";
import { orderMeets, readField } from "./condition/field-value.js";
import { holds } from "./condition/holds.js";
import { sampleHash, samplePlace } from "./condition/sample.js";
import type { Subject } from "./condition/subject.js";
import type { FieldType } from "./language/fields.js";
import { MEASURES } from "./language/measures.js";
import type { Leaf } from "./language/rule.js";
import type { LoweredGroup, LoweredRule } from "./lower-rule.js";
import type { LoweredLeaf } from "./parse/parse-rule.js";
import type { LoweredOrders } from "./parse/read-orders.js";

/** A rule's tree with the verdict at each node. */
export type Explanation = GroupExplanation | SegmentExplanation | LeafExplanation;

export interface GroupExplanation {
  readonly kind: "all" | "any" | "not";
  readonly matches: boolean;
  readonly children: readonly Explanation[];
}

/** A reference, with the tree of the segment's own rule. */
export interface SegmentExplanation {
  readonly kind: "segment";
  readonly matches: boolean;
  readonly segment: string;
  readonly tree: Explanation;
}

export interface LeafExplanation {
  readonly kind: "test" | "orders" | "messages" | "sample";
  readonly matches: boolean;
  readonly test: Leaf;
  /**
   * The customer's value, with money in major units and the instants of the customer and its orders as ISO 8601 in UTC; null if it is
   * missing. For a sample, the customer's percentile.
   */
  readonly seen: unknown;
  /** The half-open windows that a date was compared with. An open end is null. */
  readonly windows?: readonly Window[];
  /** For `orders`: which of them counted. */
  readonly orders?: OrdersExplanation;
  /** For `orders` and `messages`: the time in which they counted, if it is limited. */
  readonly within?: Window;
}

export interface OrdersExplanation {
  /** How many orders the customer has, and how many of them counted. */
  readonly of: number;
  readonly counted: number;
  /** The 20 latest, and whether each counted. */
  readonly newest: readonly { readonly id: string; readonly placedAt: string; readonly counts: boolean }[];
}

export interface Window {
  readonly from: string | null;
  readonly to: string | null;
}

const NEWEST = 20;

/** Why a customer is in a segment, or is not. Each verdict is that of `matches` on that part of the rule. */
export function explain(rule: LoweredRule, subject: Subject, currencyDecimals: number): Explanation {
  switch (rule.kind) {
    case "all":
    case "any":
    case "not": {
      const children = rule.of.map((child) => explain(child, subject, currencyDecimals));
      return { kind: rule.kind, matches: verdictOf(rule.kind, children), children };
    }
    case "segment": {
      const tree = explain(rule.of, subject, currencyDecimals);
      return { kind: "segment", matches: tree.matches, segment: rule.segment, tree };
    }
    case "test":
    case "orders":
    case "messages":
    case "sample":
      return explainLeaf(rule, subject, currencyDecimals);
  }
}

function verdictOf(kind: LoweredGroup["kind"], children: readonly Explanation[]): boolean {
  switch (kind) {
    case "all":
      return children.every(({ matches }) => matches);
    case "any":
      return children.some(({ matches }) => matches);
    case "not":
      return !children.some(({ matches }) => matches);
  }
}

function explainLeaf(leaf: LoweredLeaf, subject: Subject, currencyDecimals: number): LeafExplanation {
  const windows = windowsOf(leaf.condition);
  const within = leaf.kind === "orders" ? leaf.window : leaf.kind === "messages" ? leaf.ref.window : undefined;
  return {
    kind: leaf.kind,
    matches: holds(leaf.condition, subject),
    test: leaf.test,
    seen: seenBy(leaf, subject, currencyDecimals),
    ...(windows ? { windows } : {}),
    ...(within ? { within: shownWindow(within) } : {}),
    ...(leaf.kind === "orders" ? { orders: explainOrders(leaf.where, subject.orders ?? []) } : {}),
  };
}

function seenBy(leaf: LoweredLeaf, subject: Subject, currencyDecimals: number): unknown {
  switch (leaf.kind) {
    case "test":
      return shown(readField(leaf.field.ref, subject), leaf.field.types[0], currencyDecimals);
    case "orders":
      return seenMeasure(leaf, subject, currencyDecimals);
    case "messages":
      return readField(leaf.ref, subject);
    case "sample":
      return Math.floor((samplePlace(sampleHash(subject.id), leaf.ref) / SAMPLE_PLACES) * 1e6) / 1e4;
  }
}

function seenMeasure({ measure, where }: LoweredOrders, subject: Subject, currencyDecimals: number): unknown {
  const measured = (name: OrdersRef["measure"]): unknown => readField({ of: "orders", measure: name, where }, subject);
  if (measure !== "avg") return shown(measured(measure), MEASURES[measure].type, currencyDecimals);
  const [sum, count] = [measured("sum"), measured("count")];
  return typeof sum === "number" && typeof count === "number" && count > 0 ? sum / count / 10 ** currencyDecimals : null;
}

function explainOrders(where: Condition, orders: readonly StoredOrder[]): OrdersExplanation {
  const newest = [...orders].sort((a, b) => b.placedAt - a.placedAt || (a.id < b.id ? 1 : -1)).slice(0, NEWEST);
  return {
    of: orders.length,
    counted: orders.filter((order) => orderMeets(where, order)).length,
    newest: newest.map((order) => ({
      id: order.id,
      placedAt: formatInstant(order.placedAt),
      counts: orderMeets(where, order),
    })),
  };
}

function shown(value: unknown, type: FieldType | undefined, currencyDecimals: number): unknown {
  if (typeof value !== "number") return value ?? null;
  if (type === "money") return fromMinorUnits(value, currencyDecimals);
  return type === "date" ? shownInstant(value) : value;
}

/** The ranges of time that a condition asks for, where it asks for any. */
function windowsOf(condition: Condition): readonly Window[] | undefined {
  switch (condition.kind) {
    case "within":
      return condition.ranges.map(shownWindow);
    case "not":
      return windowsOf(condition.of);
    case "all":
    case "any":
      return condition.of.map(windowsOf).find((windows) => windows !== undefined);
    case "present":
    case "typed":
    case "textIn":
    case "textLike":
    case "compare":
    case "numberIn":
    case "is":
    case "includes":
    case "empty":
      return undefined;
  }
}

function shownWindow({ from, to }: TimeRange): Window {
  return { from: shownInstant(from), to: shownInstant(to) };
}

function shownInstant(instant: Instant | undefined): string | null {
  return instant === undefined ? null : formatInstant(instant);
}
