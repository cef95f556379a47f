import type { Parsed } from "../../model/edge.js";
import type { Condition, FieldRef } from "../condition/condition.js";
import type { RuleClock } from "../condition/resolve-dates.js";
import type { JsonSchema, MoneyContext, Operand } from "./operands.js";

/** A value that an operator took: the clean copy that goes into the parsed rule, and what a test with it means. */
export interface TestReading<P> {
  readonly plain: P;
  lower(field: FieldRef, clock: RuleClock): Condition;
}

/** What a test is said of: a noun ("email"), or a verb ("seen") with its perfect ("been seen"). */
export interface WordedSubject {
  readonly words: string;
  readonly perfect?: string;
}

/**
 * How a description says a test, with `{value}` for its value: what follows a noun, "is over {value}", and what follows a verb,
 * which is the same without "is" if nothing else is said. Words with `{subject}` or `{perfect}` have the subject there instead.
 */
export type Words = string | readonly [afterNoun: string, afterVerb: string];

/** One operator on one type of field. `P` is the type of its value in a rule. */
export interface OperatorDefinition<P = unknown> {
  /** Undefined where it takes no value. */
  readonly valueSchema: JsonSchema | undefined;
  read(value: unknown, money: MoneyContext): Parsed<TestReading<P>>;
  inWords(subject: WordedSubject, value: unknown, currency?: string): string;
}

/** An operator by what it takes, how it is said and what it means. */
export function operator<V, P>(
  operand: Operand<V, P>,
  words: Words,
  lower: (field: FieldRef, value: V, clock: RuleClock) => Condition,
): OperatorDefinition<P> {
  const [afterNoun, afterVerb] = typeof words === "string" ? [words, words.replace(/^is /, "")] : words;
  return {
    valueSchema: operand.schema,
    read: (value, money) => {
      const read = operand.read(value, money);
      if (!read.ok) return read;
      const { meaning, plain } = read.value;
      return { ok: true, value: { plain, lower: (field, clock) => lower(field, meaning, clock) } };
    },
    inWords: ({ words: subject, perfect }, value, currency) => {
      const template = perfect === undefined ? afterNoun : afterVerb;
      const whole = /\{(subject|perfect)\}/.test(template) ? template : `{subject} ${template}`;
      const parts: Readonly<Record<string, string>> = {
        "{subject}": subject,
        "{perfect}": perfect ?? subject,
        "{value}": operand.inWords(value, currency),
      };
      return whole.replace(/\{\w+\}/g, (part) => parts[part] ?? part);
    },
  };
}
