import type { Condition } from "@crm-engine/core/ports";
import type { Document } from "mongodb";
import { FORMER } from "../../former-orders.js";
import type { Collections } from "../schema/collections.js";
import type { AnalysedCondition } from "./analyse-condition.js";
import { allOf, compileCondition } from "./compile-condition.js";
import { divisionsOf, type PipelineOn } from "./count-customers.js";
import { customerTest } from "./customer-test.js";
import { groupRows, joinCustomers } from "./group-rows.js";
import { NOT_ERASED, notErasedWhere } from "./not-erased.js";
import { planRows, type RowPlan } from "./plan-rows.js";
import { selectCustomers } from "./select-customers.js";

/** A pipeline that gives one document, by `_id`, for each of some customers. */
export interface Addend extends PipelineOn {
  readonly sign: 1 | -1;
  /** Where this document has the customer's own, if that is there. */
  readonly prefix: "" | "customer.";
  /** All who are not erased. */
  readonly isEveryone: boolean;
}

/**
 * Sets of customers whose sums, by their signs, add up to those of whom a condition selects. By the first of these that applies, as
 * `countCustomers` does it: semi-join; those whom their own documents select, and whom rows add to them or rule out; lookup per customer. Rows
 * are joined with customers' documents where these are needed, or a test reads them; without them those of tombstones may be among the
 * ids, to which no order refers.
 */
export function addendsOf(
  condition: AnalysedCondition,
  collections: Collections,
  needs: "documents" | "ids",
): readonly [Addend, ...Addend[]] {
  const { parts, relations, rowPlan } = condition;
  const byRows = (plan: RowPlan, sign: 1 | -1): Addend => {
    const { on, rows, byId, byOthers, byCustomer } = groupRows(plan, relations, collections);
    const isJoined = needs === "documents" || byCustomer.length > 0;
    const joined = [...joinCustomers(collections), { $match: allOf(notErasedWhere(condition, "customer.")) }, ...byCustomer];
    const stages = [...rows, ...byId, { $match: notFormer("_id") }, ...byOthers, ...(isJoined ? joined : [])];
    return { on, stages, sign, prefix: "customer.", isEveryone: false };
  };
  if (rowPlan) return [byRows(rowPlan, 1)];
  for (const { certain, other, sign } of divisionsOf(condition)) {
    const plan = planRows(other, relations);
    if (plan) return [byDocuments(certain), byRows(plan, sign)];
  }
  const { filter, stages } = selectCustomers(condition, collections);
  return [{ on: "customers", stages: [{ $match: filter }, ...stages], sign: 1, prefix: "", isEveryone: parts.length === 0 }];
}

/** One pipeline of several, whose documents follow one another. */
export function unite([first, ...others]: readonly [PipelineOn, ...PipelineOn[]], collections: Collections): PipelineOn {
  const unions = others.map(({ on, stages: pipeline }) => ({ $unionWith: { coll: collections[on].collectionName, pipeline } }));
  return { on: first.on, stages: [...first.stages, ...unions] };
}

/** Excludes ids that orders refer to whose customer was erased. */
export function notFormer(path: "_id" | "customerId"): Document {
  return { $nor: [{ [path]: { $regex: FORMER } }] };
}

function byDocuments(parts: readonly Condition[]): Addend {
  const filter = allOf([NOT_ERASED, ...parts.map((part) => compileCondition(part, customerTest()))]);
  return { on: "customers", stages: [{ $match: filter }], sign: 1, prefix: "", isEveryone: parts.length === 0 };
}
