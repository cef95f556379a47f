import type { Condition, FieldRef } from "@crm-engine/core";
import type { Document } from "mongodb";
import type { Collections } from "./collections.js";
import { compileCondition } from "./compile-condition.js";
import { conjuncts, fieldsIn, readsAny } from "./condition-parts.js";
import { customerTest } from "./customer-test.js";
import { type Histories, type History, historiesIn, isHistory } from "./histories.js";
import { ERASED, mayHoldForErased } from "./living.js";
import { withoutRows, withRows } from "./row-verdicts.js";
import { filterOf, lookUps, selectCustomers, testsOf } from "./select-customers.js";

/** A pipeline that gives one document `{ n }`, or none for zero, and the collection that it runs on. */
export interface CountPipeline {
  readonly on: "customers" | History["of"];
  readonly stages: readonly Document[];
}

/**
 * Counts whom `selectCustomers` selects, the shortest way: where nobody without certain rows can be among them, it groups those
 * rows by customer; where everybody without such rows is among them, or somebody for another reason, it counts them all and takes
 * off, or adds, what the rows say; else it looks up figures for one customer after the other. Every row has its customer, who is
 * read only where a test asks.
 */
export function countCustomers(condition: Condition, collections: Collections): CountPipeline {
  const shortest = shortestCount(condition, collections);
  if (shortest) return mayHoldForErased(condition) ? withoutErased(shortest, condition, collections) : shortest;
  const { filter, stages } = selectCustomers(condition, collections);
  return { on: "customers", stages: [{ $match: filter }, ...stages, { $count: "n" }] };
}

/** Counts the erased with the others. */
function shortestCount(condition: Condition, collections: Collections): CountPipeline | undefined {
  const parts = conjuncts(condition);
  if (!parts.some((part) => readsAny(part, isHistory)) || parts.some(isFew)) return undefined;
  const histories = historiesIn(condition);
  const grouped = groupRows(parts, histories, collections);
  if (grouped) return { ...grouped, stages: [...grouped.stages, { $count: "n" }] };
  for (const { certain, other, sign } of divide(parts)) {
    const others = groupRows(other, histories, collections);
    if (others) return { on: "customers", stages: correct(certain, others, sign, collections) };
  }
  return undefined;
}

/** Takes off those who were erased, whose orders and messages stayed. */
function withoutErased({ on, stages }: CountPipeline, condition: Condition, collections: Collections): CountPipeline {
  const erased = selectCustomers(condition, collections, [ERASED]);
  const off = [{ $match: erased.filter }, ...erased.stages, { $group: { _id: null, n: { $sum: -1 } } }];
  return {
    on,
    stages: [
      ...stages,
      { $unionWith: { coll: collections.customers.collectionName, pipeline: off } },
      { $group: { _id: null, n: { $sum: "$n" } } },
    ],
  };
}

/** Two sets whose numbers differ by, or add up to, the number sought: the first told by customers alone. */
interface Division {
  readonly certain: readonly Condition[];
  readonly other: readonly Condition[];
  readonly sign: 1 | -1;
}

function divide(parts: readonly Condition[]): readonly Division[] {
  const ofHistory = parts.filter((part) => readsAny(part, isHistory));
  const plain = parts.filter((part) => !ofHistory.includes(part));
  const without = { certain: plain, other: [not({ kind: "all", of: ofHistory }), ...plain], sign: -1 } as const;
  const [only, ...more] = ofHistory;
  if (only?.kind !== "any" || more.length > 0) return [without];
  const enough: Condition = { kind: "any", of: only.of.filter((part) => !readsAny(part, isHistory)) };
  const rest: Condition = { kind: "any", of: only.of.filter((part) => readsAny(part, isHistory)) };
  return [without, { certain: [enough, ...plain], other: [rest, not(enough), ...plain], sign: 1 }];
}

function not(of: Condition): Condition {
  return { kind: "not", of };
}

/** A part that an index of customers answers with few of them. */
function isFew(part: Condition): boolean {
  if (!("field" in part)) return false;
  const { kind, field } = part;
  if (field.of === "customer") return kind === "textIn" && (field.name === "id" || field.name === "email");
  return field.of === "sample" && kind === "compare" && field.factor === 1 && field.offset === 0;
}

/** The narrowest history without rows of which the parts can't all be met; or all histories, if it takes rows of some. */
function driversOf(parts: readonly Condition[], histories: Histories): readonly History[] {
  const needs = (some: readonly History[]) => {
    const isOfThem = (field: FieldRef) => some.some((history) => histories.of(field) === history);
    return withoutRows({ kind: "all", of: parts }, isOfThem) === false;
  };
  const [narrowest] = histories.all.filter((history) => needs([history])).sort((a, b) => a.breadth - b.breadth);
  if (narrowest) return [narrowest];
  return needs(histories.all) ? histories.all : [];
}

/** One document for each customer who meets the parts, if they can't be met without rows of a history. */
function groupRows(
  given: readonly Condition[],
  histories: Histories,
  collections: Collections,
): { readonly on: History["of"]; readonly stages: readonly Document[] } | undefined {
  const drivers = driversOf(given, histories);
  const [driver, ...more] = drivers;
  if (!driver) return undefined;
  const single = more.length === 0 ? driver : undefined;
  const parts = single ? given.flatMap((part) => conjuncts(withRows(part, (field) => histories.of(field) === single))) : given;
  const isThere = (part: Condition) =>
    fieldsIn(part).every((field) => drivers.some((history) => histories.of(field) === history));
  const ofCustomer = parts.filter((part) => readsAny(part, (field) => !isHistory(field)));
  const own = parts.filter(isThere);
  const ofOthers = parts.filter((part) => !own.includes(part) && !ofCustomer.includes(part));
  const lookUp = lookUps(histories, parts, collections, drivers);
  const tests = testsOf(histories, "customer.", single);
  const met = (part: Condition) => [...lookUp(part), { $match: compileCondition(part, tests) }];
  const { collectionName: from } = collections.customers;
  const customer = [{ $lookup: { from, localField: "_id", foreignField: "_id", as: "customer" } }, { $unwind: "$customer" }];
  const byCustomer = (history: History) => [
    ...history.rows,
    { $group: { _id: "$customerId", ...histories.figures(history, parts) } },
  ];
  return {
    on: driver.of,
    stages: [
      ...(single ? byCustomer(single) : unite(drivers, byCustomer, collections)),
      ...(own.length > 0 ? [{ $match: filterOf(own, tests) }] : []),
      ...ofOthers.flatMap(met),
      ...(ofCustomer.length > 0 ? [...customer, ...ofCustomer.flatMap(met)] : []),
    ],
  };
}

/** One document for each customer who has rows of any of the histories, with the figures of each where a lookup would put them. */
function unite(
  drivers: readonly History[],
  byCustomer: (history: History) => readonly Document[],
  collections: Collections,
): readonly Document[] {
  const [first = [], ...others] = drivers.map((history) => [...byCustomer(history), { $project: { [history.as]: "$$ROOT" } }]);
  const coll = (index: number) => collections[drivers[index]?.of ?? "orders"].collectionName;
  return [
    ...first,
    ...others.map((pipeline, index) => ({ $unionWith: { coll: coll(index + 1), pipeline } })),
    { $group: { _id: "$_id", ...Object.fromEntries(drivers.map(({ as }) => [as, { $max: `$${as}` }])) } },
  ];
}

/** In one statement, so that both numbers are of one moment. */
function correct(
  certain: readonly Condition[],
  { on, stages }: { readonly on: History["of"]; readonly stages: readonly Document[] },
  sign: 1 | -1,
  collections: Collections,
): readonly Document[] {
  return [
    { $match: filterOf(certain, customerTest()) },
    { $group: { _id: null, n: { $sum: 1 } } },
    { $unionWith: { coll: collections[on].collectionName, pipeline: [...stages, { $group: { _id: null, n: { $sum: sign } } }] } },
    { $group: { _id: null, n: { $sum: "$n" } } },
  ];
}
