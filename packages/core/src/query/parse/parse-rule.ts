import type { Parsed } from "../../model/edge.js";
import type { RuleClock } from "../condition/resolve-dates.js";
import { customerScope, ORDER_SCOPE, type ScopeOptions } from "../language/fields.js";
import { refuse, under, unknownKeys } from "../language/json-paths.js";
import { type MoneyContext, someId } from "../language/operands.js";
import type { Leaf, SegmentTest } from "../language/rule.js";
import { type LoweredMessages, readMessages } from "./read-messages.js";
import { conditionOf, type LeafReader, MAX_ISSUES, type ReadNode, readNode } from "./read-node.js";
import { type LoweredOrders, type ReadWhere, readOrders } from "./read-orders.js";
import { type LoweredSample, readSample } from "./read-sample.js";
import { type LoweredTest, type ReadTest, readTest } from "./read-test.js";
import { below, type Place, RuleSize, TOO_LARGE } from "./rule-size.js";

/** What the reading of rules depends on: the engine's currency, and the attributes that are declared. */
export interface Language extends MoneyContext, ScopeOptions {}

/** What a test means at a time, with what of it `explain` shows. */
export type LoweredLeaf = LoweredTest | LoweredOrders | LoweredMessages | LoweredSample;

/** A reference, whose meaning is another rule's; or a test that is understood, by itself. */
export type ReadLeaf =
  | { readonly kind: "reference"; readonly test: SegmentTest }
  | { readonly kind: "test"; readonly test: Leaf; lower(clock: RuleClock): LoweredLeaf };

/** A rule that is understood. `rule` is a clean copy of it, which shares nothing with the input. */
export type ParsedRule = ReadNode<ReadLeaf>;

/**
 * Understands a rule from untrusted JSON, and reads each part of it once. References are taken as they are: whether the segments
 * are there, and the size with theirs, is for `referenceIssue` to say.
 */
export function parseRule(input: unknown, language: Language): Parsed<ParsedRule> {
  const size = new RuleSize();
  const read = readNode(input, customerLeaves(language), { path: "", depth: 1, size });
  if (size.issue) return { ok: false, issues: [size.issue] };
  return read.ok ? read : { ok: false, issues: read.issues.slice(0, MAX_ISSUES) };
}

function customerLeaves(language: Language): LeafReader<ReadLeaf> {
  const scope = customerScope(language);
  return {
    kinds: ["field", "orders", "segment", "sample", "messages"],
    read: (node, kind, place) => {
      if (kind === "field") return test(readTest(node, scope, language));
      const unknown = unknownKeys(node, [kind], `a rule with ${kind} has nothing else`);
      if (unknown) return unknown;
      const held = node[kind];
      if (kind === "orders") return under(kind, test(readOrders(held, whereReader(language, place), language)));
      if (kind === "messages") return under(kind, test(readMessages(held, language)));
      if (kind === "sample") return under(kind, test(readSample(held)));
      const id = someId.read(held, language);
      if (!id.ok) return refuse("segment", "must be the id of a segment");
      return { ok: true, value: { kind: "reference", test: { segment: id.value.meaning } } };
    },
  };
}

/** Reads `where` of the `orders` at a place. */
function whereReader(language: Language, place: Place): ReadWhere {
  const leaves: LeafReader<ReadTest> = { kinds: ["field"], read: (node) => readTest(node, ORDER_SCOPE, language) };
  return (input) => {
    if (!place.size.admits(place, 1)) return TOO_LARGE;
    const read = under("where", readNode(input, leaves, below(place, "orders.where")));
    if (!read.ok) return read;
    const node = read.value;
    return {
      ok: true,
      value: { rule: node.rule, lower: (clock) => conditionOf(node, (leaf) => leaf.lower(clock).condition) },
    };
  };
}

function test(read: Parsed<{ readonly test: Leaf; lower(clock: RuleClock): LoweredLeaf }>): Parsed<ReadLeaf> {
  return read.ok ? { ok: true, value: { kind: "test", ...read.value } } : read;
}
