import { invalid } from "../errors.js";
import type { Condition } from "./condition.js";
import { type ReadTest, readTest } from "./read-test.js";
import type { FieldTest, Rule } from "./rule.js";

/** What fixes the meaning of a rule: one `now` and one zone for a whole evaluation, and the currency's decimals. */
export interface RuleContext {
  readonly now: number;
  readonly timeZone: string;
  readonly currencyDecimals: number;
}

/** Resolves dates, money and negated operators. Throws CrmError `invalid` for a test that the parser would have refused. */
export function lowerRule(rule: Rule, context: RuleContext): Condition {
  if ("all" in rule) return { kind: "all", of: rule.all.map((child) => lowerRule(child, context)) };
  if ("any" in rule) return { kind: "any", of: rule.any.map((child) => lowerRule(child, context)) };
  if ("not" in rule) return { kind: "not", of: lowerRule(rule.not, context) };
  return understand(rule, context).lower(context);
}

/** Reads a test of a rule that was parsed before, or came from the builder. */
export function understand(test: FieldTest, context: RuleContext): ReadTest {
  const read = readTest(test, { currency: "the engine's currency", currencyDecimals: context.currencyDecimals });
  if (!read.ok) throw invalid(read.issues);
  return read.value;
}
