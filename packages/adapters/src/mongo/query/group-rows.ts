import type { Condition } from "@crm-engine/core/ports";
import type { Document } from "mongodb";
import type { Collections } from "../schema/collections.js";
import { compileCondition } from "./compile-condition.js";
import type { RowPlan } from "./plan-rows.js";
import { type GatherRows, gatherRows, type Relation, type Relations } from "./relations.js";
import { filterOf, lookUps, testsOf } from "./select-customers.js";

/** A semi-join that starts from rows: the stages that find the customers who match the parts of a plan. */
export interface GroupedRows {
  readonly on: Relation["of"];
  /** One document for each customer whose rows match the parts that the driving relations decide. */
  readonly rows: readonly Document[];
  /** Where these documents have the customer's id. */
  readonly id: "$_id" | "$customerId";
  /** Moves it to `_id`, where the stages that follow expect it. */
  readonly byId: readonly Document[];
  /** Tests the parts that need other relations. */
  readonly byOthers: readonly Document[];
  /** Tests the parts that read the customer's document, which must be joined before. */
  readonly byCustomer: readonly Document[];
}

/** Puts customers' documents where `byCustomer` reads them. */
export function joinCustomers({ customers }: Collections): readonly Document[] {
  return [
    { $lookup: { from: customers.collectionName, localField: "_id", foreignField: "_id", as: "customer" } },
    { $unwind: "$customer" },
  ];
}

export function groupRows(plan: RowPlan, relations: Relations, collections: Collections): GroupedRows {
  const { driving, parts, byDriving, byOthers, byCustomer } = plan;
  const [first, ...more] = driving;
  const single = more.length === 0 ? first : undefined;
  const compileTest = testsOf(relations, "customer.", single);
  const matched = byDriving.length > 0 ? [{ $match: filterOf(byDriving, compileTest) }] : [];
  const gather = gatherRows(parts, relations);
  const lookUp = lookUps(relations, parts, collections, driving);
  const further = (part: Condition) => [...lookUp(part), { $match: compileCondition(part, compileTest) }];
  return {
    on: first.of,
    ...(single?.oneForEach
      ? { rows: [...single.rows, ...matched], id: "$customerId", byId: [gather(single, "$customerId")] }
      : { rows: [...unite(driving, gather, collections), ...matched], id: "$_id", byId: [] }),
    byOthers: byOthers.flatMap(further),
    byCustomer: byCustomer.flatMap(further),
  };
}

/** One document for each customer with rows; of several relations, with the measures of each where a lookup would put them. */
function unite(driving: RowPlan["driving"], gather: GatherRows, collections: Collections): readonly Document[] {
  const [first, ...others] = driving;
  const grouped = (relation: Relation): readonly Document[] => [...relation.rows, gather(relation, "$customerId")];
  if (others.length === 0) return grouped(first);
  const placed = (relation: Relation): readonly Document[] => [...grouped(relation), { $project: { [relation.as]: "$$ROOT" } }];
  return [
    ...placed(first),
    ...others.map((relation) => ({
      $unionWith: { coll: collections[relation.of].collectionName, pipeline: placed(relation) },
    })),
    { $group: { _id: "$_id", ...Object.fromEntries(driving.map(({ as }) => [as, { $max: `$${as}` }])) } },
  ];
}
