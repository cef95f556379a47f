import type { Issue } from "../errors.js";
import type { Parsed } from "../model/edge.js";
import type { Condition } from "./condition.js";
import { CUSTOMER_FIELDS, type Field, fieldNamed } from "./fields.js";
import { isObject, type MoneyContext } from "./operands.js";
import { operatorFor, operatorsFor } from "./operators.js";
import type { RuleClock } from "./resolve-dates.js";
import type { FieldTest, Operator } from "./rule.js";

/** A test that is understood: its field, a clean copy, and what it comes down to. */
export interface ReadTest {
  readonly field: Field;
  readonly test: FieldTest;
  lower(clock: RuleClock): Condition;
}

const KEYS: readonly string[] = ["field", "op", "value"];
const FIELD_FAULT = `must be a field: ${Object.keys(CUSTOMER_FIELDS).join(", ")}, consent.email, consent.sms, or attributes.NAME`;

/** Reads one test: the operator must fit the field's type, and the value the operator. Issues are told from the test's own place. */
export function readTest(input: unknown, money: MoneyContext): Parsed<ReadTest> {
  if (!isObject(input)) return refuse("", "must be a test: an object with field and op");
  const strangers = Object.keys(input).filter((key) => !KEYS.includes(key));
  if (strangers.length > 0) return { ok: false, issues: strangers.slice(0, 10).map(strangerIssue) };
  const { field: name, op, value } = ownValues(input);
  const field = typeof name === "string" ? fieldNamed(name) : undefined;
  if (typeof name !== "string" || !field) return refuse("field", FIELD_FAULT);
  const definition = typeof op === "string" ? operatorFor(field, op, value) : undefined;
  if (!definition) return refuse("op", `must be one of the operators for ${name}: ${operatorsFor(field).join(", ")}`);
  const read = definition.read(value, money);
  if (!read.ok)
    return { ok: false, issues: read.issues.map((issue) => ({ ...issue, path: issue.path ? `value.${issue.path}` : "value" })) };
  const { plain, lower } = read.value;
  const test: FieldTest = { field: name, op: op as Operator, ...(plain === undefined ? {} : { value: plain }) };
  return { ok: true, value: { field, test, lower: (clock) => lower(field.ref, clock) } };
}

function ownValues(input: Readonly<Record<string, unknown>>): {
  readonly field: unknown;
  readonly op: unknown;
  readonly value: unknown;
} {
  const own = (key: string): unknown => (Object.hasOwn(input, key) ? input[key] : undefined);
  return { field: own("field"), op: own("op"), value: own("value") };
}

function strangerIssue(key: string): Issue {
  return { path: key.slice(0, 100), message: "is not known: a test has field, op and value" };
}

function refuse(path: string, message: string): Parsed<never> {
  return { ok: false, issues: [{ path, message }] };
}
