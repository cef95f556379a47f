import type { Parsed } from "../../model/edge.js";
import type { Comparison } from "../../model/rule.js";
import { isObject, type MoneyContext } from "../language/operands.js";
import type { OperatorDefinition, TestReading } from "../language/operators.js";
import { owned, refuse, under } from "./json-paths.js";

/** A comparison that is understood: a clean copy of it, and what it comes down to on a field. */
export interface ReadComparison {
  readonly plain: Comparison;
  readonly lower: TestReading["lower"];
}

/** Reads `{ OP: VALUE }`: exactly one operator, with `true` where it takes no value. */
export function readComparison(
  input: unknown,
  operators: Readonly<Record<string, OperatorDefinition>>,
  money: MoneyContext,
): Parsed<ReadComparison> {
  const [op, ...others] = isObject(input) ? Object.keys(input) : [];
  const definition = op !== undefined && Object.hasOwn(operators, op) ? operators[op] : undefined;
  if (!isObject(input) || op === undefined || !definition || others.length > 0) {
    return refuse("", `must be an object with exactly one of the operators ${Object.keys(operators).join(", ")}`);
  }
  const value = owned(input, op);
  const bare = definition.valueSchema === undefined;
  if (bare && value !== true) return refuse(op, "must be true: this operator takes no value");
  const read = definition.read(bare ? undefined : value, money);
  if (!read.ok) return under(op, read);
  const { plain, lower } = read.value;
  return { ok: true, value: { plain: { [op]: plain ?? true }, lower } };
}
