import { type Condition, conjuncts, fieldsIn, readsAny } from "@crm-engine/core/ports";
import type { Document } from "mongodb";
import type { Collections } from "../schema/collections.js";
import { allOf, type CompileTest, compileCondition } from "./compile-condition.js";
import { customerTest } from "./customer-test.js";
import { livingWhere } from "./not-erased.js";
import { type Histories, type History, historiesIn, isHistory } from "./relations.js";

/** What a pipeline over customers begins with, goes on with, and ends with where their documents shall be as they were. */
export interface CustomerSelection {
  readonly filter: Document;
  readonly stages: readonly Document[];
  readonly restore: readonly Document[];
}

/**
 * Selects exactly whom core's `holds` selects: first by what customers' documents say by themselves, then by measures that are
 * looked up for each of those who are left, by index.
 */
export function selectCustomers(
  condition: Condition,
  collections: Collections,
  who: readonly Document[] = livingWhere(condition),
): CustomerSelection {
  const parts = conjuncts(condition);
  const plain = parts.filter((part) => !readsAny(part, isHistory));
  const histories = historiesIn(condition);
  const rest = parts.filter((part) => !plain.includes(part));
  const lookUp = lookUps(histories, rest, collections);
  return {
    filter: allOf([...who, ...plain.map((part) => compileCondition(part, customerTest()))]),
    stages: rest.flatMap((part) => [...lookUp(part), { $match: compileCondition(part, testsOf(histories)) }]),
    restore: histories.all.length > 0 ? [{ $unset: histories.all.map(({ as }) => as) }] : [],
  };
}

export function filterOf(parts: readonly Condition[], compileTest: CompileTest): Document {
  return allOf(parts.map((part) => compileCondition(part, compileTest)));
}

/** Tests of customers below a prefix, and of measures looked up; those of the `grouped` history are in the document itself. */
export function testsOf(histories: Histories, customerPrefix = "", grouped?: History): CompileTest {
  const ofCustomer = customerTest(customerPrefix);
  return (test) => {
    const { field } = test;
    if (!isHistory(field)) return ofCustomer(test);
    const history = histories.of(field);
    return histories.test(test, field, !history || history === grouped ? "" : `${history.as}.`);
  };
}

/** For one part after the other, the stages that look up what it reads and none before it has; `_id` is the customer's id. */
export function lookUps(
  histories: Histories,
  parts: readonly Condition[],
  collections: Collections,
  given: readonly History[] = [],
): (part: Condition) => readonly Document[] {
  const there = new Set(given);
  return (part) => {
    const missing = histories.all.filter(
      (history) => !there.has(history) && fieldsIn(part).some((field) => histories.of(field) === history),
    );
    for (const history of missing) there.add(history);
    return missing.map((history) => ({
      $lookup: {
        from: collections[history.of].collectionName,
        localField: "_id",
        foreignField: "customerId",
        pipeline: [...history.rows, histories.gather(history, parts, null)],
        as: history.as,
      },
    }));
  };
}
