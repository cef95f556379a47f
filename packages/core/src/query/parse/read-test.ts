import type { Parsed } from "../../model/edge.js";
import type { Condition } from "../condition/condition.js";
import type { RuleClock } from "../condition/resolve-dates.js";
import type { Field, Scope } from "../language/fields.js";
import { isObject, owned, refuse, under, unknownKeys } from "../language/json-paths.js";
import type { MoneyContext } from "../language/operands.js";
import { type Operator, operatorFor, operatorsFor } from "../language/operators.js";
import type { FieldTest } from "../language/rule.js";

/** A test of a field that is understood: a clean copy, and what it means at a time. */
export interface ReadTest {
  readonly test: FieldTest;
  lower(clock: RuleClock): LoweredTest;
}

export interface LoweredTest {
  readonly kind: "test";
  readonly test: FieldTest;
  readonly condition: Condition;
  readonly field: Field;
}

/** Reads one test: the operator must fit the field's type, and the value the operator. Paths of issues begin at the test. */
export function readTest(input: unknown, scope: Scope, money: MoneyContext): Parsed<ReadTest> {
  if (!isObject(input)) return refuse("", "must be a test: an object with field and op");
  const unknown = unknownKeys(input, ["field", "op", "value"], "a test has field, op and value");
  if (unknown) return unknown;
  const [name, op, value] = [owned(input, "field"), owned(input, "op"), owned(input, "value")];
  const field = typeof name === "string" ? scope.fieldNamed(name) : undefined;
  if (typeof name !== "string" || !field) return refuse("field", scope.fault);
  const definition = typeof op === "string" ? operatorFor(field, op, value) : undefined;
  if (!definition) return refuse("op", `must be one of the operators for ${name}: ${operatorsFor(field).join(", ")}`);
  const read = definition.read(value, money);
  if (!read.ok) return under("value", read);
  const { plain, lower } = read.value;
  const test: FieldTest = { field: name, op: op as Operator, ...(plain === undefined ? {} : { value: plain }) };
  return {
    ok: true,
    value: { test, lower: (clock) => ({ kind: "test", test, condition: lower(field.ref, clock), field }) },
  };
}
