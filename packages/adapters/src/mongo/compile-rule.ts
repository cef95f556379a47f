import type { Condition, FieldRef, TimeRange } from "@crm-engine/core";
import type { Document } from "mongodb";

type Test = Extract<Condition, { readonly field: FieldRef }>;
/** Where a value of a type is kept: text, folded text, instant, wall clock, number, boolean, array. */
type Slot = "t" | "f" | "d" | "w" | "n" | "b" | "a";
/** The path of a slot, where the field can have such a value. */
type PathOf = (slot: Slot) => string | undefined;

const NO_ONE: Document = { _id: { $in: [] } };

/**
 * The filter that selects exactly whom core's `holds` selects. What a user wrote is only ever a value in `$eq`, `$in`, `$all`,
 * a bound or an escaped pattern: never an operator, never a path.
 */
export function compileRule(condition: Condition): Document {
  switch (condition.kind) {
    case "all":
      return condition.of.length === 0 ? {} : { $and: condition.of.map(compileRule) };
    case "any":
      return condition.of.length === 0 ? NO_ONE : { $or: condition.of.map(compileRule) };
    case "not":
      return { $nor: [compileRule(condition.of)] };
    default:
      return compileTest(condition, condition.field);
  }
}

function compileTest(test: Test, field: FieldRef): Document {
  if (field.of !== "attribute") return predicate(test, ownPath(field)) ?? NO_ONE;
  const inner = test.kind === "present" ? {} : predicate(test, (slot) => slot);
  return inner ? { attributes: { $elemMatch: { k: { $eq: field.name }, ...inner } } } : NO_ONE;
}

/** A customer's own number is an instant where one is asked for, as in core. */
function ownPath(field: Exclude<FieldRef, { readonly of: "attribute" }>): PathOf {
  if (field.of === "consent") return (slot) => (slot === "t" || slot === "f" ? `consent.${field.channel}.state` : undefined);
  const path = field.name === "id" ? "_id" : field.name;
  switch (field.type) {
    case "text":
      return (slot) => (slot === "t" ? path : slot === "f" ? `folded.${field.name}` : undefined);
    case "number":
    case "date":
      return (slot) => (slot === "n" || slot === "d" ? path : undefined);
    case "boolean":
      return (slot) => (slot === "b" ? path : undefined);
    case "array":
      return (slot) => (slot === "a" ? path : undefined);
  }
}

/** What must be true of the field's value; undefined where no value of the field can make it true. */
function predicate(test: Test, pathOf: PathOf): Document | undefined {
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
    case "within":
      return anyOf(test.ranges.flatMap((range) => [at(pathOf("d"), instantsIn(range)), at(pathOf("w"), wallClocksIn(range))]));
    case "includes":
      return at(pathOf("a"), { [test.how === "all" ? "$all" : "$in"]: test.values });
    case "empty":
      return at(pathOf("a"), { $size: 0 });
  }
}

const SLOTS_OF_TYPE = { text: ["t"], number: ["n"], boolean: ["b"], date: ["d", "w"], array: ["a"] } as const satisfies Record<
  Extract<Test, { readonly kind: "typed" }>["type"],
  readonly Slot[]
>;

function instantsIn({ from, to }: TimeRange): Document {
  return boundsOf(from, to);
}

function wallClocksIn({ fromWallClock, toWallClock }: TimeRange): Document {
  return boundsOf(fromWallClock, toWallClock);
}

function boundsOf(from: number | string | undefined, to: number | string | undefined): Document {
  return { $exists: true, ...(from === undefined ? {} : { $gte: from }), ...(to === undefined ? {} : { $lt: to }) };
}

/** The whole text, line breaks included: `\z` is its very end, where `$` would also stop before a last line break. */
function patternOf(how: "contains" | "starts" | "ends", folded: string): string {
  const literal = folded.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&").replaceAll("\0", "\\x00");
  return how === "starts" ? `^${literal}` : how === "ends" ? `${literal}\\z` : literal;
}

function at(path: string | undefined, test: Document): Document | undefined {
  return path === undefined ? undefined : { [path]: test };
}

function anyOf(tests: readonly (Document | undefined)[]): Document | undefined {
  const possible = tests.filter((test) => test !== undefined);
  return possible.length > 1 ? { $or: possible } : possible[0];
}
