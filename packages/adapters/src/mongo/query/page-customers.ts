import { type Condition, conjuncts } from "@crm-engine/core/ports";
import type { Document } from "mongodb";
import type { Collections } from "../schema/collections.js";
import type { CountPipeline } from "./count-customers.js";
import { groupRows, joinCustomers } from "./group-rows.js";
import { livingWhere } from "./not-erased.js";
import { historiesIn } from "./relations.js";
import { selectCustomers } from "./select-customers.js";

/** The first customers after an id, in order of id. */
export interface CustomerPage {
  readonly limit: number;
  readonly after?: string | undefined;
}

/**
 * One customer after the other, measures being looked up for each: soon done where many are meant. At `most` so many are looked at
 * of those whom their own documents don't rule out.
 */
export function pageByCustomer(condition: Condition, collections: Collections, page: CustomerPage, most?: number): CountPipeline {
  const { filter, stages, restore } = selectCustomers(condition, collections);
  return {
    on: "customers",
    stages: [
      ...matching([...laterThan(page.after), filter]),
      { $sort: { _id: 1 } },
      ...(most === undefined ? [] : [{ $limit: most }]),
      ...stages,
      { $limit: page.limit },
      ...restore,
    ],
  };
}

/** From the rows of a history that leaves some of all rows: as long for many who are meant as for few. Undefined where there is none such. */
export function pageByRows(
  condition: Condition,
  collections: Collections,
  page: CustomerPage,
): (CountPipeline & { readonly breadth: number }) | undefined {
  const grouped = groupRows(conjuncts(condition), historiesIn(condition), collections);
  if (!grouped || grouped.breadth > 1) return undefined;
  const { on, breadth, rows, byId, others, ofCustomer } = grouped;
  return {
    on,
    breadth,
    stages: [
      ...rows,
      ...byId,
      ...matching(laterThan(page.after)),
      { $sort: { _id: 1 } },
      ...others,
      ...joinCustomers(collections),
      ...matching(livingWhere(condition, "customer.")),
      ...ofCustomer,
      { $limit: page.limit },
      { $replaceWith: "$customer" },
    ],
  };
}

/** A customer may have several. */
const ROWS_FOR_EXAMPLE = 4;

/** Some of those who have rows, where an index leads to these and everybody who has any is meant. */
export function someByRows(condition: Condition, collections: Collections, some: number): CountPipeline | undefined {
  const { on, each } = groupRows(conjuncts(condition), historiesIn(condition), collections) ?? {};
  if (!on || !each) return undefined;
  return {
    on,
    stages: [
      ...each,
      { $limit: ROWS_FOR_EXAMPLE * some },
      { $group: { _id: "$customerId" } },
      ...joinCustomers(collections),
      ...matching(livingWhere(condition, "customer.")),
      { $limit: some },
      { $replaceWith: "$customer" },
    ],
  };
}

function laterThan(after: string | undefined): readonly Document[] {
  return after === undefined ? [] : [{ _id: { $gt: after } }];
}

function matching(filters: readonly Document[]): readonly Document[] {
  return filters.length > 0 ? [{ $match: { $and: filters } }] : [];
}
