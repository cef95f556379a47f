import { type Condition, foldCondition, type Test, type ValueType } from "@crm-engine/core/ports";
import type { Document } from "mongodb";
import { patternOfDays } from "./days-of-year.js";
import { literalPattern } from "./literal-pattern.js";
import { inAny } from "./time-ranges.js";

/** Where a value is kept, by its type: text, folded text, instant, wall clock, number, boolean, array. */
export type Slot = "t" | "f" | "d" | "w" | "n" | "b" | "a";
/** The path of a slot; undefined where the field can't have such a value. */
export type PathOf = (slot: Slot) => string | undefined;
/** The filter of one test, for documents of one kind. */
export type CompileTest = (test: Test) => Document;

export const NO_ONE: Document = { _id: { $in: [] } };

/** A condition as a filter. A user's text becomes a value in `predicate` and nowhere else: it is never an operator or a path. */
export function compileCondition(condition: Condition, compileTest: CompileTest): Document {
  return foldCondition<Document>(condition, {
    all: allOf,
    any: (parts) => (parts.length === 0 ? NO_ONE : { $or: parts }),
    not: (part) => ({ $nor: [part] }),
    test: compileTest,
  });
}

/** The filter of a test of the value at these paths; it selects no one where no value there can meet the test. */
export function testAt(test: Test, pathOf: PathOf): Document {
  return predicate(test, pathOf) ?? NO_ONE;
}

export function allOf(filters: readonly Document[]): Document {
  return filters.length === 0 ? {} : { $and: filters };
}

/** The paths of a field whose values have one type. Numbers, outside of attributes, can be tested as instants too, as in core. */
export function pathsOf(type: ValueType, path: string, foldedPath: string): PathOf {
  switch (type) {
    case "text":
      return (slot) => (slot === "t" ? path : slot === "f" ? foldedPath : undefined);
    case "number":
    case "date":
      return numberPaths(path);
    case "boolean":
      return (slot) => (slot === "b" ? path : undefined);
    case "array":
      return (slot) => (slot === "a" ? path : undefined);
  }
}

export function numberPaths(path: string): PathOf {
  return (slot) => (slot === "n" || slot === "d" ? path : undefined);
}

/** The filter that a test asks of the field's value; undefined where no value of the field can meet it. */
export function predicate(test: Test, pathOf: PathOf): Document | undefined {
  switch (test.kind) {
    case "present":
      return anyOf((["t", "n", "b", "a"] as const).map((slot) => at(pathOf(slot), { $exists: true })));
    case "typed":
      return anyOf(SLOTS_OF_TYPE[test.type].map((slot) => at(pathOf(slot), { $exists: true })));
    case "textIn":
      return at(pathOf("t"), { $in: test.values });
    case "textLike":
      return at(pathOf("f"), { $regex: patternOf(test.how, test.folded) });
    case "compare":
      return at(pathOf("n"), { [`$${test.how}`]: test.value });
    case "numberIn":
      return at(pathOf("n"), { $in: test.values });
    case "is":
      return at(pathOf("b"), { $eq: test.value });
    case "within": {
      const wallClocks = test.ranges.map(({ fromWallClock, toWallClock }) => ({ from: fromWallClock, to: toWallClock }));
      const onDays = test.yearly && at(pathOf("w"), { $regex: patternOfDays(test.yearly), $lt: test.yearly.before });
      return anyOf([inAny(pathOf("d"), test.ranges), onDays ?? inAny(pathOf("w"), wallClocks)]);
    }
    case "includes":
      return at(pathOf("a"), { [test.how === "all" ? "$all" : "$in"]: test.values });
    case "empty":
      return at(pathOf("a"), { $size: 0 });
    default:
      return test satisfies never;
  }
}

const SLOTS_OF_TYPE = { text: ["t"], number: ["n"], boolean: ["b"], date: ["d", "w"], array: ["a"] } as const satisfies Record<
  ValueType,
  readonly Slot[]
>;

/** Texts may have several lines: `\z` matches at the very end only, where `$` would also match before a last line break. */
function patternOf(how: "contains" | "starts" | "ends", folded: string): string {
  const literal = literalPattern(folded);
  return how === "starts" ? `^${literal}` : how === "ends" ? `${literal}\\z` : literal;
}

function at(path: string | undefined, test: Document): Document | undefined {
  return path === undefined ? undefined : { [path]: test };
}

function anyOf(tests: readonly (Document | undefined)[]): Document | undefined {
  const possible = tests.filter((test) => test !== undefined);
  return possible.length > 1 ? { $or: possible } : possible[0];
}
