import type { Customer } from "../model/customer.js";
import { holds } from "./holds.js";
import { lowerRule, type RuleContext } from "./lower-rule.js";
import type { Rule } from "./rule.js";

/** Whether a customer is in the segment that a rule describes. */
export function matches(rule: Rule, customer: Customer, context: RuleContext): boolean {
  return holds(lowerRule(rule, context), customer);
}
