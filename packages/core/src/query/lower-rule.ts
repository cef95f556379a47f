import { invalid } from "../errors.js";
import type { StoredRule } from "../model/segment.js";
import type { Condition } from "./condition/condition.js";
import type { ScopeOptions } from "./language/fields.js";
import { type LoweredLeaf, type ParsedRule, parseRule, type ReadLeaf } from "./parse/parse-rule.js";
import { ownSegment, referenceIssue, type SegmentRules } from "./parse/references.js";

/** What fixes the meaning of a rule: one `now` and one zone for a whole evaluation, the currency's decimals, and the segments referred to. */
export interface RuleContext extends ScopeOptions {
  readonly now: number;
  readonly timeZone: string;
  readonly currencyDecimals: number;
  /** Segments that rules refer to, and those that they refer to in turn; none. */
  readonly segments?: SegmentRules;
}

/**
 * A rule with dates, money, references and negated operators resolved: each part with the condition that it means. A segment that
 * is referred to several times is one object.
 */
export type LoweredRule = LoweredGroup | LoweredReference | LoweredLeaf;

export interface LoweredGroup {
  readonly kind: "all" | "any" | "not";
  readonly condition: Condition;
  /** One, of `not`. */
  readonly of: readonly LoweredRule[];
}

export interface LoweredReference {
  readonly kind: "segment";
  readonly condition: Condition;
  readonly segment: string;
  readonly of: LoweredRule;
}

/**
 * Lowers a rule that was parsed before, or came from the builder. Throws CrmError `invalid` for a rule that the parser would have
 * refused, and for a reference to a segment that is not there or comes back to itself.
 */
export function lowerRule(rule: StoredRule, context: RuleContext): Condition {
  const issue = referenceIssue(rule, context.segments ?? {});
  if (issue) throw invalid([issue]);
  return lower(understand(rule, context), context).condition;
}

/**
 * Lowers a rule whose references were checked, in time that grows with its size and with that of the segments referred to: each of
 * their rules is parsed and lowered once, in its own time zone. Throws CrmError `invalid` where one can't be read any more.
 */
export function lower(rule: ParsedRule, context: RuleContext): LoweredRule {
  return lowerNode(rule, context, new Map());
}

/** Segments by id that were met: undefined while one is being lowered. */
type Met = Map<string, LoweredRule | undefined>;

function lowerNode(node: ParsedRule, context: RuleContext, met: Met): LoweredRule {
  switch (node.kind) {
    case "all":
    case "any": {
      const of = node.of.map((child) => lowerNode(child, context, met));
      return { kind: node.kind, condition: { kind: node.kind, of: of.map(({ condition }) => condition) }, of };
    }
    case "not": {
      const of = lowerNode(node.of, context, met);
      return { kind: "not", condition: { kind: "not", of: of.condition }, of: [of] };
    }
    case "leaf":
      return lowerLeaf(node.leaf, context, met);
  }
}

function lowerLeaf(leaf: ReadLeaf, context: RuleContext, met: Met): LoweredRule {
  if (leaf.kind === "test") return leaf.lower(context);
  const id = leaf.test.segment;
  const of = met.get(id) ?? lowerSegment(id, context, met);
  return { kind: "segment", condition: of.condition, segment: id, of };
}

function lowerSegment(id: string, context: RuleContext, met: Met): LoweredRule {
  const segment = ownSegment(context.segments ?? {}, id);
  if (!segment) throw invalid([{ path: "segment", message: `there is no segment with the id ${id}` }]);
  if (met.has(id)) throw invalid([{ path: "segment", message: `segment ${id} refers to itself` }]);
  met.set(id, undefined);
  const lowered = lowerNode(understand(segment.rule, context), { ...context, timeZone: segment.timeZone }, met);
  met.set(id, lowered);
  return lowered;
}

function understand(rule: StoredRule, context: RuleContext): ParsedRule {
  const parsed = parseRule(rule, { ...context, currency: "the engine's currency" });
  if (!parsed.ok) throw invalid(parsed.issues);
  return parsed.value;
}
