import type { Parsed } from "../../model/edge.js";
import { isObject, owned, refuse, under } from "../language/json-paths.js";
import type { MoneyContext } from "../language/operands.js";
import type { TestReading } from "../language/operator.js";
import type { OperatorTable } from "../language/operators.js";
import type { Comparison } from "../language/rule.js";

/** Reads `{ OP: VALUE }`: exactly one operator, with `true` where it takes no value. */
export function readComparison(input: unknown, operators: OperatorTable, money: MoneyContext): Parsed<TestReading<Comparison>> {
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
