import { type BsonDocument, type BsonValue, isArray, isDocument, isMissingOrNull } from "./bson-values.fixture.js";
import { OPERATORS } from "./expression-operators.fixture.js";
import { valueAt } from "./paths.fixture.js";
import { operatorOf, refuse } from "./vocabulary.fixture.js";

/** The value of an expression in a document. */
export type Evaluator = (document: BsonDocument) => BsonValue;

const VARIABLES: Readonly<Record<string, (now: Date) => Evaluator>> = {
  $$ROOT: () => (document) => document,
  $$NOW: (now) => () => now,
  $$REMOVE: () => () => undefined,
};

/** Operators that look at their arguments one after the other, or not at all. */
const SPECIAL: Readonly<Record<string, (operand: BsonValue, now: Date) => Evaluator>> = {
  $literal: (operand) => () => operand,
  $cond: (operand, now) => {
    const [test, met, otherwise, ...others] = argumentsOf(operand, now);
    if (!test || !met || !otherwise || others.length > 0) refuse(16_020, "$cond takes 3 arguments");
    return (document) => (isTrue(test(document)) ? met(document) : otherwise(document));
  },
  $ifNull: (operand, now) => {
    const values = argumentsOf(operand, now);
    if (values.length < 2) refuse(1_257_300, "$ifNull needs at least two arguments");
    return (document) => {
      let value: BsonValue;
      for (const evaluate of values) {
        value = evaluate(document);
        if (!isMissingOrNull(value)) break;
      }
      return value;
    };
  },
  $and: (operand, now) => {
    const values = argumentsOf(operand, now);
    return (document) => values.every((evaluate) => isTrue(evaluate(document)));
  },
  $or: (operand, now) => {
    const values = argumentsOf(operand, now);
    return (document) => values.some((evaluate) => isTrue(evaluate(document)));
  },
};

export const EXPRESSIONS = [...Object.keys(VARIABLES), ...Object.keys(SPECIAL), ...Object.keys(OPERATORS)];

/** Parses the whole expression at once, so that what is outside the vocabulary fails even without documents. `now` is fixed for a statement. */
export function compileExpression(expression: BsonValue, now: Date): Evaluator {
  if (typeof expression === "string") return compileText(expression, now);
  if (isArray(expression)) {
    const elements = expression.map((element) => compileExpression(element, now));
    return (document) => elements.map((evaluate) => evaluate(document) ?? null);
  }
  if (!isDocument(expression)) return () => expression;
  const [name, ...more] = Object.keys(expression);
  if (name?.startsWith("$") && more.length === 0) return compileOperator(name, expression[name], now);
  return compileFields(expression, now);
}

export function isTrue(value: BsonValue): boolean {
  return !(isMissingOrNull(value) || value === false || value === 0);
}

function compileText(text: string, now: Date): Evaluator {
  if (text.startsWith("$$")) return operatorOf(VARIABLES, "expression", text)(now);
  if (!text.startsWith("$")) return () => text;
  const path = text.slice(1).split(".");
  return (document) => valueAt(document, path);
}

function compileFields(expression: BsonDocument, now: Date): Evaluator {
  const fields = Object.entries(expression).map(([name, value]) => {
    if (name.startsWith("$")) refuse(15_983, "an expression specification must contain exactly one operator");
    if (name.includes(".")) refuse(16_412, "FieldPath field names may not contain '.'");
    return [name, compileExpression(value, now)] as const;
  });
  return (document) => {
    const values = fields.map(([name, evaluate]) => [name, evaluate(document)] as const);
    return Object.fromEntries(values.filter(([, value]) => value !== undefined));
  };
}

function compileOperator(name: string, operand: BsonValue, now: Date): Evaluator {
  if (Object.hasOwn(SPECIAL, name)) return operatorOf(SPECIAL, "expression", name)(operand, now);
  const { arity, run } = operatorOf(OPERATORS, "expression", name);
  const values = argumentsOf(operand, now);
  if (arity !== undefined && values.length !== arity) refuse(16_020, `Expression ${name} takes exactly ${arity} arguments`);
  return (document) => run(values.map((evaluate) => evaluate(document)));
}

function argumentsOf(operand: BsonValue, now: Date): readonly Evaluator[] {
  return (isArray(operand) ? operand : [operand]).map((value) => compileExpression(value, now));
}
