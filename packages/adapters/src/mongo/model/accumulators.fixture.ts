import { type BsonDocument, type BsonValue, isDocument } from "./bson-values.fixture.js";
import { compileExpression, type Evaluator } from "./compile-expression.fixture.js";
import { extreme } from "./expression-operators.fixture.js";
import { operatorOf, outside, refuse } from "./vocabulary.fixture.js";

/** What `$group` makes of the members of one group; there is one at least. */
export type Accumulator = (members: readonly BsonDocument[]) => BsonValue;

/** All accumulators of `$group`. */
export const ACCUMULATORS: Readonly<Record<string, (operand: BsonValue, now: Date) => Accumulator>> = {
  $sum: ofEach((values) =>
    // A sum beyond 2^53 may be off: the store asks for none that it does not cut to what a customer's orders may add up to.
    values.reduce<number>((total, value) => (typeof value === "number" ? total + value : total), 0),
  ),
  $min: ofEach((values) => extreme(values, (order) => order < 0)),
  $max: ofEach((values) => extreme(values, (order) => order > 0)),
  $first: ofEach(([first]) => first ?? null),
  $firstN: (operand, now) => {
    const { input, n } = isDocument(operand) ? operand : outside("$firstN of anything but { input, n }");
    if (typeof n !== "number" || !Number.isInteger(n) || n < 1) refuse(5_787_908, "'n' must be greater than 0");
    const evaluate = compileExpression(input, now);
    return (members) => members.slice(0, n).map((member) => evaluate(member) ?? null);
  },
};

export function compileAccumulator(field: BsonDocument, now: Date): Accumulator {
  const [[name, operand] = ["", undefined], ...more] = Object.entries(field);
  if (more.length > 0) refuse(40_238, "a field of $group must have exactly one accumulator");
  return operatorOf(ACCUMULATORS, "accumulator", name)(operand, now);
}

function ofEach(compute: (values: readonly BsonValue[]) => BsonValue): (operand: BsonValue, now: Date) => Accumulator {
  return (operand, now) => {
    const evaluate: Evaluator = compileExpression(operand, now);
    return (members) => compute(members.map(evaluate));
  };
}
