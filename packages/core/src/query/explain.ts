import { formatInstant, type Instant } from "../model/instant.js";
import { fromMinorUnits } from "../model/money.js";
import type { Order } from "../model/order.js";
import { type Condition, type OrdersRef, SAMPLE_PLACES, type TimeRange } from "./condition/condition.js";
import { orderMeets, readField } from "./condition/field-value.js";
import { holds } from "./condition/holds.js";
import { sampleHash, samplePlace } from "./condition/sample.js";
import type { Subject } from "./condition/subject.js";
import type { FieldType } from "./language/fields.js";
import { MEASURES } from "./language/measures.js";
import type { Leaf, Rule } from "./language/rule.js";
import { follow, lower, type RuleContext, understand } from "./lower-rule.js";
import type { ReadOrders } from "./parse/read-orders.js";
import type { ReadLeaf, ReadRule } from "./parse/read-rule.js";

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
   * What was seen: a value or measure with money in major units, dates of the customer and its orders as ISO 8601 in UTC, null where
   * it is missing; of a sample, how far into everyone the customer stands, in percent.
   */
  readonly seen: unknown;
  /** The half-open windows that a date was held against, of which it had to lie in one; null is an open end. */
  readonly windows?: readonly Window[];
  /** `orders`: which of them counted. `messages`: the time in which they counted, if it is limited. */
  readonly orders?: OrdersExplanation;
  readonly within?: Window;
}

export interface OrdersExplanation {
  /** How many orders there are, and how many counted. */
  readonly of: number;
  readonly counted: number;
  /** The latest, with whether each counted. */
  readonly newest: readonly { readonly id: string; readonly placedAt: string; readonly counts: boolean }[];
}

export interface Window {
  readonly from: string | null;
  readonly to: string | null;
}

const NEWEST = 20;

/** Why a customer is in a segment, or is not. Each verdict is that of `matches` on that part of the rule. */
export function explain(rule: Rule, subject: Subject, context: RuleContext): Explanation {
  return explainNode(understand(rule, context), subject, context);
}

function explainNode(node: ReadRule, subject: Subject, context: RuleContext): Explanation {
  if (node.kind === "leaf") return explainLeaf(node.leaf, subject, context);
  const children = (node.kind === "not" ? [node.of] : node.of).map((child) => explainNode(child, subject, context));
  return { kind: node.kind, matches: holds(lower(node, context), subject), children };
}

function explainLeaf(leaf: ReadLeaf, subject: Subject, context: RuleContext): Explanation {
  if (leaf.kind === "segment") {
    const target = follow(leaf.test.segment, context);
    const tree = explainNode(target.node, subject, target.context);
    return { kind: "segment", matches: tree.matches, segment: leaf.test.segment, tree };
  }
  const condition = leaf.lower(context);
  const windows = windowsOf(condition);
  const within = leaf.kind === "orders" || leaf.kind === "messages" ? leaf.window(context) : undefined;
  return {
    kind: leaf.kind,
    matches: holds(condition, subject),
    test: leaf.test,
    seen: seenBy(leaf, subject, context),
    ...(windows ? { windows } : {}),
    ...(within ? { within: shownWindow(within) } : {}),
    ...(leaf.kind === "orders" ? { orders: explainOrders(leaf.where(context), subject.orders ?? []) } : {}),
  };
}

function seenBy(leaf: Exclude<ReadLeaf, { readonly kind: "segment" }>, subject: Subject, context: RuleContext): unknown {
  switch (leaf.kind) {
    case "test": {
      const value = readField(leaf.field.ref, subject);
      return typeof value === "number" ? shownNumber(value, leaf.field.types[0], context) : (value ?? null);
    }
    case "orders":
      return seenMeasure(leaf, subject, context);
    case "messages":
      return readField(leaf.ref(context), subject);
    case "sample":
      return Math.floor((samplePlace(sampleHash(subject.id), leaf.ref) / SAMPLE_PLACES) * 1e6) / 1e4;
  }
}

function seenMeasure({ measure, where }: ReadOrders, subject: Subject, context: RuleContext): unknown {
  const measured = (name: OrdersRef["measure"]): unknown =>
    readField({ of: "orders", measure: name, where: where(context) }, subject) ?? null;
  const { type } = MEASURES[measure];
  if (measure !== "avg") {
    const value = measured(measure);
    return typeof value === "number" ? shownNumber(value, type, context) : value;
  }
  const [sum, count] = [measured("sum"), measured("count")];
  return typeof sum === "number" && typeof count === "number" && count > 0 ? sum / count / 10 ** context.currencyDecimals : null;
}

function explainOrders(where: Condition, orders: readonly Order[]): OrdersExplanation {
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

function shownNumber(value: number, type: FieldType | undefined, context: RuleContext): unknown {
  if (type === "money") return fromMinorUnits(value, context.currencyDecimals);
  return type === "date" ? shownInstant(value) : value;
}

function windowsOf(condition: Condition): readonly Window[] | undefined {
  switch (condition.kind) {
    case "within":
      return condition.ranges.map(shownWindow);
    case "not":
      return windowsOf(condition.of);
    case "all":
    case "any":
      return condition.of.map(windowsOf).find((windows) => windows !== undefined);
    default:
      return undefined;
  }
}

function shownWindow({ from, to }: TimeRange): Window {
  return { from: shownInstant(from), to: shownInstant(to) };
}

function shownInstant(instant: Instant | undefined): string | null {
  return instant === undefined ? null : formatInstant(instant);
}
