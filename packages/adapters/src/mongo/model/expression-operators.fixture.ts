import {
  type BsonDocument,
  type BsonValue,
  compareValues,
  isArray,
  isDocument,
  isMissingOrNull,
  typeOf,
} from "./bson-values.fixture.js";
import { CODES, outside, refuse } from "./vocabulary.fixture.js";

/** An operator of values that are all evaluated first. */
interface Operator {
  readonly arity?: number;
  run(values: readonly BsonValue[]): BsonValue;
}

/** All operators whose arguments are evaluated first; `compileExpression` has the others. */
export const OPERATORS: Readonly<Record<string, Operator>> = {
  // Between values of any types, by MongoDB's order of types.
  $eq: comparing((order) => order === 0),
  $ne: comparing((order) => order !== 0),
  $lt: comparing((order) => order < 0),
  $lte: comparing((order) => order <= 0),
  $gt: comparing((order) => order > 0),
  $gte: comparing((order) => order >= 0),
  $not: { arity: 1, run: ([value]) => isMissingOrNull(value) || value === false || value === 0 },
  $in: {
    arity: 2,
    run: ([value, list]) => {
      if (!isArray(list)) refuse(40_081, "$in requires an array as a second argument");
      return list.some((element) => compareValues(element, value) === 0);
    },
  },

  $add: { run: unlessNull(add) },
  $subtract: { arity: 2, run: arithmetic((a, b) => a - b) },
  $multiply: { run: arithmetic((...factors) => factors.reduce((product, factor) => product * factor, 1)) },
  $divide: { arity: 2, run: arithmetic((a, b) => (b === 0 ? refuse(CODES.badValue, "can't $divide by zero") : a / b)) },
  $mod: { arity: 2, run: arithmetic((a, b) => (b === 0 ? refuse(16_610, "can't $mod by zero") : a % b)) },
  $floor: { arity: 1, run: arithmetic(Math.floor) },
  $min: { run: (values) => extreme(spread(values), (order) => order < 0) },
  $max: { run: (values) => extreme(spread(values), (order) => order > 0) },

  $type: { arity: 1, run: ([value]) => typeOf(value) },
  $toLong: {
    arity: 1,
    run: unlessNull(([value]) => (value instanceof Date ? value.getTime() : outside(`$toLong of type ${typeOf(value)}`))),
  },
  $concat: {
    run: unlessNull((values) => values.map((value) => (typeof value === "string" ? value : refuse(16_702, "$concat"))).join("")),
  },
  $mergeObjects: { run: (values) => Object.assign({}, ...values.filter((value) => !isMissingOrNull(value)).map(documentOf)) },
  $objectToArray: { arity: 1, run: unlessNull(([value]) => Object.entries(documentOf(value)).map(([k, v]) => ({ k, v }))) },
  $arrayElemAt: {
    arity: 2,
    run: unlessNull(([list, place]) => arrayOf(list).at(integer(place))),
  },
  $indexOfArray: {
    arity: 2,
    run: ([list, value]) =>
      isMissingOrNull(list) ? null : arrayOf(list).findIndex((element) => compareValues(element, value) === 0),
  },
  $slice: {
    arity: 2,
    run: unlessNull(([list, count]) => {
      const most = integer(count);
      return most >= 0 ? arrayOf(list).slice(0, most) : arrayOf(list).slice(most);
    }),
  },
  $size: { arity: 1, run: ([list]) => arrayOf(list).length },
  $concatArrays: { run: unlessNull((lists) => lists.flatMap(arrayOf)) },
};

/** The least or greatest; what is missing or null does not count. */
export function extreme(values: readonly BsonValue[], isBetter: (order: number) => boolean): BsonValue {
  const [first = null, ...others] = values.filter((value) => !isMissingOrNull(value));
  return others.reduce((best, value) => (isBetter(compareValues(value, best)) ? value : best), first);
}

/** Above 2^53 not every server computes the same. */
function exact(value: number): number {
  return Number.isInteger(value) && !Number.isSafeInteger(value) ? outside(`the number ${value}, which is not exact`) : value;
}

function comparing(met: (order: number) => boolean): Operator {
  return { arity: 2, run: ([a, b]) => met(compareValues(a, b)) };
}

function unlessNull(compute: Operator["run"]): Operator["run"] {
  return (values) => (values.some(isMissingOrNull) ? null : compute(values));
}

function arithmetic(compute: (...numbers: readonly [number, number]) => number): Operator["run"];
function arithmetic(compute: (...numbers: readonly number[]) => number): Operator["run"];
function arithmetic(compute: (...numbers: number[]) => number): Operator["run"] {
  return unlessNull((values) => exact(compute(...values.map(numberOf))));
}

function add(values: readonly BsonValue[]): BsonValue {
  const sum = values.reduce<number>((total, value) => total + (value instanceof Date ? value.getTime() : numberOf(value)), 0);
  return values.some((value) => value instanceof Date) ? new Date(sum) : exact(sum);
}

function spread(values: readonly BsonValue[]): readonly BsonValue[] {
  const [only] = values;
  return values.length === 1 && isArray(only) ? only : values;
}

function numberOf(value: BsonValue): number {
  return typeof value === "number" ? value : refuse(CODES.typeMismatch, `only supports numeric types, not ${typeOf(value)}`);
}

function integer(value: BsonValue): number {
  return Number.isInteger(value) ? Number(value) : refuse(28_691, "must be an integer");
}

function arrayOf(value: BsonValue): readonly BsonValue[] {
  return isArray(value) ? value : refuse(28_664, `only supports arrays, not ${typeOf(value)}`);
}

function documentOf(value: BsonValue): BsonDocument {
  return isDocument(value) ? value : refuse(40_400, `requires object inputs, not ${typeOf(value)}`);
}
