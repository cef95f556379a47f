import { holds } from "./condition/holds.js";
import type { Subject } from "./condition/subject.js";
import type { Rule } from "./language/rule.js";
import { lowerRule, type RuleContext } from "./lower-rule.js";

/** Whether a customer, with its history, is in the segment that a rule describes. */
export function matches(rule: Rule, subject: Subject, context: RuleContext): boolean {
  return holds(lowerRule(rule, context), subject);
}
