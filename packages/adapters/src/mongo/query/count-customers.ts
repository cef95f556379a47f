import { type Condition, isRelationRef, readsAny } from "@crm-engine/core/ports";
import type { Document } from "mongodb";
import type { Collections } from "../schema/collections.js";
import type { AnalysedCondition } from "./analyse-condition.js";
import { customerTest } from "./customer-test.js";
import { type GroupedRows, groupRows, joinCustomers } from "./group-rows.js";
import { ERASED } from "./not-erased.js";
import { planRows } from "./plan-rows.js";
import { filterOf, selectCustomers } from "./select-customers.js";

/** A pipeline, and the collection that it runs on. */
export interface PipelineOn {
  readonly on: "customers" | GroupedRows["on"];
  readonly stages: readonly Document[];
}

/** A document that a count gives: the numbers add up. */
export interface Tally {
  readonly n: number;
  /** Ids of some of the customers counted, where the pass comes upon them anyway; tombstones may be among them. */
  readonly examples?: readonly string[];
}

/**
 * Counts the customers whom `selectCustomers` selects, by the first of these that applies:
 *
 * - semi-join: those who match need rows of some relation, so these rows are grouped by customer;
 * - complement: all customers, minus those whose rows rule them out; or those who match by their own documents, plus those who match
 *   by their rows only;
 * - lookup per customer.
 *
 * Every row belongs to a stored customer, whose document is read only if a test needs it. It is one statement, but not of one
 * moment: MongoDB reads each collection when it comes to it, so a count beside writes is approximate.
 */
export function countCustomers(condition: AnalysedCondition, collections: Collections, examples = 0): PipelineOn {
  const byRows = countByRows(condition, collections, examples);
  if (byRows) return condition.mayHoldForErased ? subtractErased(byRows, condition, collections) : byRows;
  const { filter, stages } = selectCustomers(condition, collections);
  return { on: "customers", stages: [{ $match: filter }, ...stages, tally(1, examples)] };
}

export function tally(sign: 1 | -1, examples = 0, id: GroupedRows["id"] = "$_id"): Document {
  const shown = examples > 0 ? { examples: { $firstN: { input: id, n: examples } } } : {};
  return { $group: { _id: null, n: { $sum: sign }, ...shown } };
}

/** By semi-join or complement. Tombstones are counted too. */
function countByRows(condition: AnalysedCondition, collections: Collections, examples: number): PipelineOn | undefined {
  const { relations, rowPlan } = condition;
  if (rowPlan) {
    const grouped = groupRows(rowPlan, relations, collections);
    return { on: grouped.on, stages: tallyRows(grouped, collections, 1, examples) };
  }
  for (const { certain, other, sign } of divisionsOf(condition)) {
    const plan = planRows(other, relations);
    if (!plan) continue;
    const grouped = groupRows(plan, relations, collections);
    const shown = sign === 1 ? examples : 0;
    const correction = unionWith(collections[grouped.on], tallyRows(grouped, collections, sign, shown));
    return { on: "customers", stages: [{ $match: filterOf(certain, customerTest()) }, tally(1, shown), correction] };
  }
  return undefined;
}

function tallyRows(grouped: GroupedRows, collections: Collections, sign: 1 | -1, examples: number): readonly Document[] {
  const { rows, id, byId, byOthers, byCustomer } = grouped;
  if (byOthers.length === 0 && byCustomer.length === 0) return [...rows, tally(sign, examples, id)];
  const joined = byCustomer.length > 0 ? [...joinCustomers(collections), ...byCustomer] : [];
  return [...rows, ...byId, ...byOthers, ...joined, tally(sign, examples)];
}

/** Takes off tombstones, whose orders and messages are kept. */
function subtractErased({ on, stages }: PipelineOn, condition: AnalysedCondition, collections: Collections): PipelineOn {
  const erased = selectCustomers(condition, collections, [ERASED]);
  const subtraction = [{ $match: erased.filter }, ...erased.stages, tally(-1)];
  return { on, stages: [...stages, unionWith(collections.customers, subtraction)] };
}

function unionWith({ collectionName: coll }: { readonly collectionName: string }, pipeline: readonly Document[]): Document {
  return { $unionWith: { coll, pipeline } };
}

/** Two sets of customers whose sizes add up to the number sought, or differ by it; the first is decided by customers' documents. */
export interface Division {
  readonly certain: readonly Condition[];
  readonly other: readonly Condition[];
  readonly sign: 1 | -1;
}

export function divisionsOf({ plain, related }: AnalysedCondition): readonly Division[] {
  const complement: Division = { certain: plain, other: [not({ kind: "all", of: related }), ...plain], sign: -1 };
  const [only, ...more] = related;
  if (only?.kind !== "any" || more.length > 0) return [complement];
  const enough: Condition = { kind: "any", of: only.of.filter((part) => !readsAny(part, isRelationRef)) };
  const rest: Condition = { kind: "any", of: only.of.filter((part) => readsAny(part, isRelationRef)) };
  return [complement, { certain: [enough, ...plain], other: [rest, not(enough), ...plain], sign: 1 }];
}

function not(of: Condition): Condition {
  return { kind: "not", of };
}
