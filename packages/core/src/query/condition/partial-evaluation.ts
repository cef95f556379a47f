import { bareCustomer } from "../../model/customer.js";
import type { Condition, FieldRef, Test } from "./condition.js";
import { evaluate } from "./evaluate.js";
import { foldCondition } from "./fold-condition.js";
import { holds } from "./holds.js";

/** A customer without orders and messages. */
const NO_HISTORY = bareCustomer("", 0);

/**
 * What is left of a condition once some of its tests are known: true or false where these decide it, else the residual condition,
 * in which no group is empty.
 */
export function partiallyEvaluate(condition: Condition, known: (test: Test) => boolean | undefined): Condition | boolean {
  return foldCondition<Condition | boolean>(condition, {
    all: (parts) => residualGroup("all", parts),
    any: (parts) => residualGroup("any", parts),
    not: (part) => (typeof part === "boolean" ? !part : { kind: "not", of: part }),
    test: (test) => known(test) ?? test,
  });
}

function residualGroup(kind: "all" | "any", parts: readonly (Condition | boolean)[]): Condition | boolean {
  const decisive = kind === "any";
  if (parts.includes(decisive)) return decisive;
  const of = parts.filter((part) => typeof part !== "boolean");
  return of.length === 0 ? !decisive : { kind, of };
}

/** Whether a test of a measure holds for a customer with no rows: counts and sums are 0 then, the others missing. */
export function holdsWithoutRows(test: Test): boolean {
  return holds(test, NO_HISTORY);
}

/** What a test of a count says of every customer with at least one row; undefined where that depends on how many there are. */
export function verdictWithRows(test: Test): boolean | undefined {
  if (!isCount(test.field)) return undefined;
  const holdsAt = (count: number): boolean => evaluate(test, () => count);
  switch (test.kind) {
    // A comparison changes its verdict once at most, so both ends say it all.
    case "compare":
      return holdsAt(1) === holdsAt(Number.POSITIVE_INFINITY) ? holdsAt(1) : undefined;
    case "numberIn":
      return test.values.some((value) => value >= 1) ? undefined : false;
    default:
      return undefined;
  }
}

function isCount(field: FieldRef): boolean {
  return field.of === "messages" || (field.of === "orders" && field.measure === "count");
}

/**
 * Those of the relations without whose rows the condition can't hold, each taken by itself and whatever else is true: what
 * partial evaluation finds one relation at a time, found for all of them in one pass.
 */
export function requiredRelations<R>(
  condition: Condition,
  relations: ReadonlySet<R>,
  relationOf: (field: FieldRef) => R | undefined,
): ReadonlySet<R> {
  const none: ReadonlySet<R> = new Set();
  const either = (sets: readonly ReadonlySet<R>[]): ReadonlySet<R> =>
    sets.includes(relations) ? relations : new Set(sets.flatMap((set) => [...set]));
  const both = (sets: readonly ReadonlySet<R>[]): ReadonlySet<R> =>
    sets.filter((set) => set !== relations).reduce(intersection, relations);
  return foldCondition<Absence<R>>(condition, {
    all: (parts) => ({ fails: either(parts.map(({ fails }) => fails)), holds: both(parts.map(({ holds }) => holds)) }),
    any: (parts) => ({ fails: both(parts.map(({ fails }) => fails)), holds: either(parts.map(({ holds }) => holds)) }),
    not: ({ fails, holds }) => ({ fails: holds, holds: fails }),
    test: (test) => {
      const relation = relationOf(test.field);
      if (relation === undefined) return { fails: none, holds: none };
      const absent: ReadonlySet<R> = new Set([relation]);
      return holdsWithoutRows(test) ? { fails: none, holds: absent } : { fails: absent, holds: none };
    },
  }).fails;
}

/** The relations of which a lack of rows alone makes a condition fail, and those of which it makes it hold. */
interface Absence<R> {
  readonly fails: ReadonlySet<R>;
  readonly holds: ReadonlySet<R>;
}

function intersection<R>(a: ReadonlySet<R>, b: ReadonlySet<R>): ReadonlySet<R> {
  const [fewer, more] = a.size < b.size ? [a, b] : [b, a];
  return new Set([...fewer].filter((one) => more.has(one)));
}
