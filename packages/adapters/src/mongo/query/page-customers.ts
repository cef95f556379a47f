import type { Document } from "mongodb";
import type { Collections } from "../schema/collections.js";
import type { AnalysedCondition } from "./analyse-condition.js";
import type { PipelineOn } from "./count-customers.js";
import { groupRows, joinCustomers } from "./group-rows.js";
import { notErasedWhere } from "./not-erased.js";
import { selectCustomers } from "./select-customers.js";
import { FEW_ROWS, SOME_ROWS } from "./selectivity.js";

/** The first customers after an id, in order of id: keyset pagination. */
export interface CustomerPage {
  readonly limit: number;
  readonly after?: string | undefined;
}

/**
 * Tests customer after customer, with measures looked up for each: soon done where many match. At `most` so many are tested whom
 * their own documents don't rule out.
 */
export function pageByCustomer(
  condition: AnalysedCondition,
  collections: Collections,
  page: CustomerPage,
  most?: number,
): PipelineOn {
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

/** Starts from the rows of the row plan; the cost does not depend on how many customers match. Undefined if no plan is selective. */
export function pageByRows(
  condition: AnalysedCondition,
  collections: Collections,
  page: CustomerPage,
): (PipelineOn & { readonly selectivity: number }) | undefined {
  const { relations, rowPlan } = condition;
  if (!rowPlan || rowPlan.selectivity > SOME_ROWS) return undefined;
  const { on, rows, byId, byOthers, byCustomer } = groupRows(rowPlan, relations, collections);
  return {
    on,
    selectivity: rowPlan.selectivity,
    stages: [
      ...rows,
      ...byId,
      ...matching(laterThan(page.after)),
      { $sort: { _id: 1 } },
      ...byOthers,
      ...joinCustomers(collections),
      ...matching(notErasedWhere(condition, "customer.")),
      ...byCustomer,
      { $limit: page.limit },
      { $replaceWith: "$customer" },
    ],
  };
}

/** A customer may have several. */
const ROWS_PER_EXAMPLE = 4;

/** Some customers who match, where an index leads to the driving rows and every customer with such a row matches. */
export function someByRows(condition: AnalysedCondition, collections: Collections, some: number): PipelineOn | undefined {
  const { rowPlan } = condition;
  if (!rowPlan || rowPlan.selectivity > FEW_ROWS || rowPlan.parts.length > 0) return undefined;
  const [{ of, rows }] = rowPlan.driving;
  return {
    on: of,
    stages: [
      ...rows,
      { $limit: ROWS_PER_EXAMPLE * some },
      { $group: { _id: "$customerId" } },
      ...joinCustomers(collections),
      ...matching(notErasedWhere(condition, "customer.")),
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
