import { holds } from "./holds.js";
import { lowerRule, type RuleContext } from "./lower-rule.js";
import type { Rule } from "./rule.js";
import type { Subject } from "./subject.js";

/** Whether a customer, with its history, is in the segment that a rule describes. */
export function matches(rule: Rule, subject: Subject, context: RuleContext): boolean {
  return holds(lowerRule(rule, context), subject);
}
