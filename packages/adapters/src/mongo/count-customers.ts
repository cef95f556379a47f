import type { Condition } from "@crm-engine/core";
import type { Document } from "mongodb";
import type { Collections } from "./collections.js";
import { compileCondition } from "./compile-condition.js";
import { conjuncts, fieldsIn, readsAny } from "./condition-parts.js";
import { customerTest } from "./customer-test.js";
import { type Histories, type History, historiesIn, isHistory, withoutRows, withRows } from "./histories.js";
import { filterOf, lookUps, selectCustomers, testsOf } from "./select-customers.js";

/** A pipeline that gives one document `{ n }`, or none for zero, and the collection that it runs on. */
export interface CountPipeline {
  readonly on: "customers" | History["of"];
  readonly stages: readonly Document[];
}

/**
 * Counts whom `selectCustomers` selects, the shortest way: where nobody without certain rows can be among them, it groups those
 * rows by customer; where a test is met by everybody without such rows, it takes those who fail it from the others; else it looks
 * up figures for one customer after the other. Every row has its customer, who is read only where a test asks.
 */
export function countCustomers(condition: Condition, collections: Collections): CountPipeline {
  const parts = conjuncts(condition);
  const [ofHistory, ...more] = parts.filter((part) => readsAny(part, isHistory));
  if (ofHistory && !parts.some(isFew)) {
    const histories = historiesIn(condition);
    const driver = driverOf(parts, histories);
    if (driver) return { on: driver.of, stages: [...groupRows(parts, driver, histories, collections), { $count: "n" }] };
    const plain = parts.filter((part) => part !== ofHistory);
    const failing: readonly Condition[] = [{ kind: "not", of: ofHistory }, ...plain];
    const denier = more.length === 0 ? driverOf(failing, histories) : undefined;
    if (denier) {
      const less = groupRows(failing, denier, histories, collections);
      return { on: "customers", stages: difference(plain, less, collections[denier.of].collectionName) };
    }
  }
  const { filter, stages } = selectCustomers(condition, collections);
  return { on: "customers", stages: [{ $match: filter }, ...stages, { $count: "n" }] };
}

/** A part that an index of customers answers with few of them. */
function isFew(part: Condition): boolean {
  if (!("field" in part)) return false;
  const { kind, field } = part;
  if (field.of === "customer") return kind === "textIn" && (field.name === "id" || field.name === "email");
  return field.of === "sample" && kind === "compare" && field.factor === 1 && field.offset === 0;
}

/** The narrowest history without which one of the parts can't be met. */
function driverOf(parts: readonly Condition[], histories: Histories): History | undefined {
  return histories.all
    .filter((history) => parts.some((part) => withoutRows(part, (field) => histories.of(field) === history) === false))
    .sort((a, b) => a.breadth - b.breadth)[0];
}

/** One document for each customer who has rows of a history and meets the parts. */
function groupRows(
  given: readonly Condition[],
  driver: History,
  histories: Histories,
  collections: Collections,
): readonly Document[] {
  const parts = given.flatMap((part) => conjuncts(withRows(part, (field) => histories.of(field) === driver)));
  const isOwn = (part: Condition) => fieldsIn(part).every((field) => histories.of(field) === driver);
  const ofCustomer = parts.filter((part) => readsAny(part, (field) => !isHistory(field)));
  const ofOthers = parts.filter((part) => !isOwn(part) && !ofCustomer.includes(part));
  const own = parts.filter(isOwn);
  const lookUp = lookUps(histories, parts, collections, driver);
  const tests = testsOf(histories, "customer.", driver);
  const met = (part: Condition) => [...lookUp(part), { $match: compileCondition(part, tests) }];
  const { collectionName: from } = collections.customers;
  const customer = [{ $lookup: { from, localField: "_id", foreignField: "_id", as: "customer" } }, { $unwind: "$customer" }];
  return [
    ...driver.rows,
    { $group: { _id: "$customerId", ...histories.figures(driver, parts) } },
    ...(own.length > 0 ? [{ $match: filterOf(own, tests) }] : []),
    ...ofOthers.flatMap(met),
    ...(ofCustomer.length > 0 ? [...customer, ...ofCustomer.flatMap(met)] : []),
  ];
}

/** In one statement, so that both numbers are of one moment. */
function difference(plain: readonly Condition[], less: readonly Document[], coll: string): readonly Document[] {
  return [
    { $match: filterOf(plain, customerTest()) },
    { $group: { _id: null, n: { $sum: 1 } } },
    { $unionWith: { coll, pipeline: [...less, { $group: { _id: null, n: { $sum: -1 } } }] } },
    { $group: { _id: null, n: { $sum: "$n" } } },
  ];
}
