import { type Condition, isRelationRef } from "@crm-engine/core/ports";
import type { Document } from "mongodb";
import type { Collections } from "../schema/collections.js";
import type { AnalysedCondition } from "./analyse-condition.js";
import { allOf, type CompileTest, compileCondition } from "./compile-condition.js";
import { customerTest } from "./customer-test.js";
import { notErasedWhere } from "./not-erased.js";
import { gatherRows, measureTest, type Relation, type Relations, relationsOf } from "./relations.js";

/** The `$match`, the lookups, and the `$unset` that restores the documents. */
export interface CustomerSelection {
  readonly filter: Document;
  readonly stages: readonly Document[];
  readonly restore: readonly Document[];
}

/**
 * Selects exactly the customers for whom core's `holds` is true: first by their own documents, then by measures that are looked up,
 * by index, for each customer who is left.
 */
export function selectCustomers(
  condition: AnalysedCondition,
  collections: Collections,
  who: readonly Document[] = notErasedWhere(condition),
): CustomerSelection {
  const { plain, related, relations } = condition;
  const lookUp = lookUps(relations, related, collections);
  const compileTest = testsOf(relations);
  return {
    filter: allOf([...who, ...plain.map((part) => compileCondition(part, customerTest()))]),
    stages: related.flatMap((part) => [...lookUp(part), { $match: compileCondition(part, compileTest) }]),
    restore: relations.all.length > 0 ? [{ $unset: relations.all.map(({ as }) => as) }] : [],
  };
}

export function filterOf(parts: readonly Condition[], compileTest: CompileTest): Document {
  return allOf(parts.map((part) => compileCondition(part, compileTest)));
}

/** Tests of customers' documents below a prefix, and of measures where lookups put them: at the top for the `grouped` relation. */
export function testsOf(relations: Relations, customerPrefix = "", grouped?: Relation): CompileTest {
  const ofCustomer = customerTest(customerPrefix);
  return (test) => {
    const { field } = test;
    if (!isRelationRef(field)) return ofCustomer(test);
    const relation = relations.of(field);
    return measureTest(test, field, !relation || relation === grouped ? "" : `${relation.as}.`, relations);
  };
}

/** For one part after the other, the `$lookup` of each relation that it is the first to read; `_id` is the customer's id. */
export function lookUps(
  relations: Relations,
  parts: readonly Condition[],
  collections: Collections,
  given: readonly Relation[] = [],
): (part: Condition) => readonly Document[] {
  const known = new Set(given);
  const gather = gatherRows(parts, relations);
  return (part) => {
    const missing = relationsOf(part, relations).filter((relation) => !known.has(relation));
    for (const relation of missing) known.add(relation);
    return missing.map((relation) => ({
      $lookup: {
        from: collections[relation.of].collectionName,
        localField: "_id",
        foreignField: "customerId",
        pipeline: [...relation.rows, gather(relation, null)],
        as: relation.as,
      },
    }));
  };
}
