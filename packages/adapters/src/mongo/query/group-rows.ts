import { type Condition, conjuncts, type FieldRef, fieldsIn, readsAny, withoutRows, withRows } from "@crm-engine/core/ports";
import type { Document } from "mongodb";
import type { Collections } from "../schema/collections.js";
import { compileCondition } from "./compile-condition.js";
import { type Histories, type History, isHistory } from "./relations.js";
import { filterOf, lookUps, testsOf } from "./select-customers.js";

/** Whoever meets some parts, who can't be met without rows of a history, from those rows. */
export interface GroupedRows {
  readonly on: History["of"];
  /** As of a history: the widest of those that the rows are of. */
  readonly breadth: number;
  /** One document for each customer whose rows meet the parts that they decide. */
  readonly rows: readonly Document[];
  /** Where the customer's id is by then. */
  readonly id: "$_id" | "$customerId";
  /** Makes it `_id`, as what follows has it. */
  readonly byId: readonly Document[];
  /** Where an index leads to the rows, and everybody who has any is meant: the rows. */
  readonly each?: readonly Document[];
  /** What other histories decide. */
  readonly others: readonly Document[];
  /** What the customer's document decides, once it is joined. */
  readonly ofCustomer: readonly Document[];
}

/** Puts customers' documents where `ofCustomer` asks for them. */
export function joinCustomers({ customers }: Collections): readonly Document[] {
  return [
    { $lookup: { from: customers.collectionName, localField: "_id", foreignField: "_id", as: "customer" } },
    { $unwind: "$customer" },
  ];
}

/**
 * From the narrowest history without which nobody meets the parts; undefined where somebody may without any, or where an index of
 * customers leads to few.
 */
export function groupRows(given: readonly Condition[], histories: Histories, collections: Collections): GroupedRows | undefined {
  const drivers = driversOf(given, histories);
  const [driver, ...more] = drivers;
  if (!driver || given.some(isFew)) return undefined;
  const single = more.length === 0 ? driver : undefined;
  const ofDrivers = (field: FieldRef) => drivers.some((history) => histories.of(field) === history);
  const parts = single && !single.oneForEach ? given.flatMap((part) => conjuncts(withRows(part, ofDrivers))) : given;
  const own = parts.filter((part) => fieldsIn(part).every(ofDrivers));
  const ofCustomer = parts.filter((part) => readsAny(part, (field) => !isHistory(field)));
  const others = parts.filter((part) => !own.includes(part) && !ofCustomer.includes(part));
  const tests = testsOf(histories, "customer.", single);
  const met = own.length > 0 ? [{ $match: filterOf(own, tests) }] : [];
  const lookUp = lookUps(histories, parts, collections, drivers);
  const further = (part: Condition) => [...lookUp(part), { $match: compileCondition(part, tests) }];
  const gathered = (history: History) => histories.gather(history, parts, "$customerId");
  return {
    on: driver.of,
    breadth: Math.max(...drivers.map(({ breadth }) => breadth)),
    ...(single?.oneForEach
      ? { rows: [...single.rows, ...met], id: "$customerId", byId: [gathered(single)] }
      : { rows: [...unite(drivers, gathered, collections), ...met], id: "$_id", byId: [] }),
    ...(single?.breadth === 0 && parts.length === 0 ? { each: single.rows } : {}),
    others: others.flatMap(further),
    ofCustomer: ofCustomer.flatMap(further),
  };
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

/** One document for each customer who has rows; of several histories, with the measures of each where a lookup would put them. */
function unite(
  drivers: readonly History[],
  gathered: (history: History) => Document,
  collections: Collections,
): readonly Document[] {
  const [first = [], ...others] = drivers.map((history) => [...history.rows, gathered(history)]);
  if (others.length === 0) return first;
  const placed = (pipeline: readonly Document[], index: number) => [
    ...pipeline,
    { $project: { [drivers[index]?.as ?? ""]: "$$ROOT" } },
  ];
  return [
    ...placed(first, 0),
    ...others.map((pipeline, index) => ({
      $unionWith: { coll: collections[drivers[index + 1]?.of ?? "orders"].collectionName, pipeline: placed(pipeline, index + 1) },
    })),
    { $group: { _id: "$_id", ...Object.fromEntries(drivers.map(({ as }) => [as, { $max: `$${as}` }])) } },
  ];
}
