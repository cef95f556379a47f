import { type BsonDocument, type BsonValue, compareValues, isArray, isDocument, typeOf } from "./bson-values.fixture.js";
import { compileExpression, isTrue } from "./compile-expression.fixture.js";
import { valuesAt } from "./paths.fixture.js";
import { CODES, operatorOf, outside, refuse } from "./vocabulary.fixture.js";

export type Matcher = (document: BsonDocument) => boolean;

/** What a filter is compiled in: when, and how deep. */
interface Scope {
  readonly now: Date;
  readonly depth: number;
}

/** The limit of the server's parser. */
const MAX_DEPTH = 100;
const MAX_PATTERN_BYTES = 32_764;

/** Parses a filter; any operator outside the vocabulary throws. */
export function compileFilter(filter: BsonDocument, now: Date, depth = 0): Matcher {
  if (depth > MAX_DEPTH) refuse(CODES.badValue, "exceeded depth limit");
  const scope = { now, depth: depth + 1 };
  const tests = Object.entries(filter).map(([name, value]) =>
    name.startsWith("$") ? operatorOf(LOGICAL, "filter", name)(value, scope) : compileField(name, value, scope),
  );
  return (document) => tests.every((test) => test(document));
}

export const LOGICAL: Readonly<Record<string, (value: BsonValue, scope: Scope) => Matcher>> = {
  $and: (value, scope) => {
    const tests = partsOf(value, scope);
    return (document) => tests.every((test) => test(document));
  },
  $or: (value, scope) => {
    const tests = partsOf(value, scope);
    return (document) => tests.some((test) => test(document));
  },
  $nor: (value, scope) => {
    const tests = partsOf(value, scope);
    return (document) => !tests.some((test) => test(document));
  },
  $expr: (value, { now }) => {
    const evaluate = compileExpression(value, now);
    return (document) => isTrue(evaluate(document));
  },
};

function partsOf(value: BsonValue, { now, depth }: Scope): readonly Matcher[] {
  if (!isArray(value) || value.length === 0) refuse(CODES.badValue, "$and/$or/$nor must be a nonempty array");
  return value.map((part) => compileFilter(documentOf(part), now, depth));
}

/** The values at a filter's path, with or without the elements of an array at its end. */
type Values = (elementsToo: boolean) => Iterable<BsonValue>;
type FieldTest = (values: Values) => boolean;

function compileField(name: string, value: BsonValue, scope: Scope): Matcher {
  const path = name.split(".");
  if (path.some((part) => part === "" || /^\d+$/.test(part))) outside(`filter on the path ${name}`);
  const isOperator = isDocument(value) && Object.keys(value)[0]?.startsWith("$");
  const operators = isOperator ? Object.entries(value) : [["$eq", value] as const];
  const tests = operators.map(([operator, operand]) => operatorOf(FIELD, "filter", operator)(operand, scope));
  return (document) => tests.every((test) => test((elementsToo) => valuesAt(document, path, elementsToo)));
}

function anyOf(test: (value: BsonValue) => boolean, elementsToo = true): FieldTest {
  return (values) => {
    for (const value of values(elementsToo)) if (test(value)) return true;
    return false;
  };
}

/** A bound compares with values of its own type only. */
function comparing(met: (order: number) => boolean): (operand: BsonValue) => FieldTest {
  return (operand) => {
    if (typeof operand !== "number" && typeof operand !== "string") outside(`a filter's bound of type ${typeOf(operand)}`);
    return anyOf((value) => typeof value === typeof operand && met(compareValues(value, operand)));
  };
}

export const FIELD: Readonly<Record<string, (operand: BsonValue, scope: Scope) => FieldTest>> = {
  $eq: (operand) => anyOf(equalTo(operand)),
  $ne: (operand) => {
    const equal = anyOf(equalTo(operand));
    return (values) => !equal(values);
  },
  $lt: comparing((order) => order < 0),
  $lte: comparing((order) => order <= 0),
  $gt: comparing((order) => order > 0),
  $gte: comparing((order) => order >= 0),
  $in: (operand) => {
    const wanted = new Set(scalarsOf(operand));
    return anyOf((value) => isScalar(value) && wanted.has(value));
  },
  $nin: (operand) => {
    const wanted = new Set(scalarsOf(operand));
    const among = anyOf((value) => isScalar(value) && wanted.has(value));
    return (values) => !among(values);
  },
  $all: (operand) => {
    const tests = scalarsOf(operand).map((wanted) => anyOf(equalTo(wanted)));
    if (tests.length === 0) outside("filter $all of nothing");
    return (values) => tests.every((test) => test(values));
  },
  $exists: (operand) => {
    if (typeof operand !== "boolean") outside("filter $exists of anything but a boolean");
    const there = anyOf((value) => value !== undefined, false);
    return (values) => there(values) === operand;
  },
  $size: (operand) => anyOf((value) => isArray(value) && value.length === operand, false),
  $regex: (operand) => {
    const pattern = compilePattern(operand);
    return anyOf((value) => typeof value === "string" && pattern.test(value));
  },
  $elemMatch: (operand, { now, depth }) => {
    const filter = documentOf(operand);
    // By the first name the server decides between a filter on documents and operators on values.
    if (/^[$](?!(and|or|nor)$)/.test(Object.keys(filter)[0] ?? "")) {
      const tests = Object.entries(filter).map(([name, value]) => operatorOf(FIELD, "filter", name)(value, { now, depth }));
      return anyOf((value) => isArray(value) && value.some((element) => tests.every((test) => test(() => [element]))), false);
    }
    if (JSON.stringify(filter).includes('"$expr"')) refuse(CODES.badValue, "$expr can only be applied to the top-level document");
    const met = compileFilter(filter, now, depth);
    return anyOf((value) => isArray(value) && value.some((element) => isDocument(element) && met(element)), false);
  },
};

type Scalar = string | number | boolean;

function isScalar(value: BsonValue): value is Scalar {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean";
}

function equalTo(operand: BsonValue): (value: BsonValue) => boolean {
  if (!isScalar(operand)) outside(`equality with a value of type ${typeOf(operand)}`);
  return (value) => value === operand;
}

function scalarsOf(operand: BsonValue): readonly Scalar[] {
  if (!isArray(operand)) refuse(CODES.badValue, "needs an array");
  return operand.map((value) => (isScalar(value) ? value : outside(`a list in a filter with a value of type ${typeOf(value)}`)));
}

function documentOf(value: BsonValue): BsonDocument {
  return isDocument(value) ? value : refuse(CODES.badValue, "needs an object");
}

/** As PCRE reads it: `\z` is the end of the text, for which JavaScript has `$`. */
function compilePattern(pattern: BsonValue): RegExp {
  if (typeof pattern !== "string") outside("$regex of anything but a text");
  if (Buffer.byteLength(pattern) > MAX_PATTERN_BYTES) refuse(51_091, "Regular expression is invalid: pattern too long");
  if (pattern.includes("\0")) refuse(CODES.badValue, "Regular expression cannot contain an embedded null byte");
  return new RegExp(/(?<!\\)(?:\\\\)*\\z$/.test(pattern) ? `${pattern.slice(0, -2)}$` : pattern, "u");
}
