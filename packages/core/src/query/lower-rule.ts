import { invalid } from "../errors.js";
import type { AttributeTypes } from "../model/attribute.js";
import type { StoredRule } from "../model/segment.js";
import type { Condition } from "./condition/condition.js";
import { lowerNode } from "./parse/read-node.js";
import { type ReadLeaf, type ReadRule, readRule } from "./parse/read-rule.js";
import { ownSegment, referenceIssue, type SegmentRules } from "./parse/references.js";

/** What fixes the meaning of a rule: one `now` and one zone for a whole evaluation, the currency's decimals, and the segments referred to. */
export interface RuleContext {
  readonly now: number;
  readonly timeZone: string;
  readonly currencyDecimals: number;
  /** Attributes that are declared; none. */
  readonly attributes?: AttributeTypes;
  /** Segments that rules refer to, and those that they refer to in turn; none. */
  readonly segments?: SegmentRules;
}

/**
 * Resolves dates, money, references and negated operators. Throws CrmError `invalid` for a rule that the parser would have
 * refused, and for a reference to a segment that is not there or comes back to itself.
 */
export function lowerRule(rule: StoredRule, context: RuleContext): Condition {
  return lower(understand(rule, context), context);
}

/** Reads a rule that was parsed before, or came from the builder, with its references checked. */
export function understand(rule: StoredRule, context: RuleContext): ReadRule {
  const issue = referenceIssue(rule, context.segments ?? {});
  if (issue) throw invalid([issue]);
  return read(rule, context);
}

/** What a rule that was understood comes down to. */
export function lower(node: ReadRule, context: RuleContext): Condition {
  return lowerNode(node, (leaf) => lowerLeaf(leaf, context));
}

/** What a segment that is referred to comes down to: understood, and in its own zone. */
export function follow(id: string, context: RuleContext): { readonly node: ReadRule; readonly context: RuleContext } {
  const segment = ownSegment(context.segments ?? {}, id);
  if (!segment) throw invalid([{ path: "segment", message: `there is no segment with the id ${id}` }]);
  return { node: read(segment.rule, context), context: { ...context, timeZone: segment.timeZone } };
}

function lowerLeaf(leaf: ReadLeaf, context: RuleContext): Condition {
  if (leaf.kind !== "segment") return leaf.lower(context);
  const target = follow(leaf.test.segment, context);
  return lower(target.node, target.context);
}

function read(rule: StoredRule, { currencyDecimals, attributes }: RuleContext): ReadRule {
  const understood = readRule(rule, {
    currency: "the engine's currency",
    currencyDecimals,
    ...(attributes === undefined ? {} : { attributes }),
  });
  if (!understood.ok) throw invalid(understood.issues);
  return understood.value;
}
