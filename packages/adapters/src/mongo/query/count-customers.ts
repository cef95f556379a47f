import { type Condition, conjuncts, readsAny } from "@crm-engine/core/ports";
import type { Document } from "mongodb";
import type { Collections } from "../schema/collections.js";
import { customerTest } from "./customer-test.js";
import { type GroupedRows, groupRows, joinCustomers } from "./group-rows.js";
import { ERASED, mayHoldForErased } from "./not-erased.js";
import { historiesIn, isHistory } from "./relations.js";
import { filterOf, selectCustomers } from "./select-customers.js";

/** A pipeline, and the collection that it runs on. */
export interface CountPipeline {
  readonly on: "customers" | GroupedRows["on"];
  readonly stages: readonly Document[];
}

/** What the pipeline gives: the numbers add up. */
export interface Tally {
  readonly n: number;
  /** Ids of some who were counted, if there was no need to look for them; of the erased too. */
  readonly examples?: readonly string[];
}

/**
 * Counts whom `selectCustomers` selects, the shortest way: where nobody without certain rows can be among them, it groups those
 * rows by customer; where everybody without such rows is among them, or somebody for another reason, it counts them all and takes
 * off, or adds, what the rows say; else it looks up measures for one customer after the other. Every row has its customer, who is
 * read only where a test asks. One statement, so that all numbers are of one moment.
 */
export function countCustomers(condition: Condition, collections: Collections, examples = 0): CountPipeline {
  const shortest = shortestCount(condition, collections, examples);
  if (shortest) return mayHoldForErased(condition) ? withoutErased(shortest, condition, collections) : shortest;
  const { filter, stages } = selectCustomers(condition, collections);
  return { on: "customers", stages: [{ $match: filter }, ...stages, tally(1, examples)] };
}

function tally(sign: 1 | -1, examples = 0, id: GroupedRows["id"] = "$_id"): Document {
  const shown = examples > 0 ? { examples: { $firstN: { input: id, n: examples } } } : {};
  return { $group: { _id: null, n: { $sum: sign }, ...shown } };
}

/** Counts the erased with the others. */
function shortestCount(condition: Condition, collections: Collections, examples: number): CountPipeline | undefined {
  const parts = conjuncts(condition);
  const histories = historiesIn(condition);
  const grouped = groupRows(parts, histories, collections);
  if (grouped) return { on: grouped.on, stages: tallyRows(grouped, collections, 1, examples) };
  for (const { certain, other, sign } of divide(parts)) {
    const others = groupRows(other, histories, collections);
    if (!others) continue;
    const shown = sign === 1 ? examples : 0;
    const corrected = and(collections[others.on], tallyRows(others, collections, sign, shown));
    return { on: "customers", stages: [{ $match: filterOf(certain, customerTest()) }, tally(1, shown), corrected] };
  }
  return undefined;
}

function tallyRows(grouped: GroupedRows, collections: Collections, sign: 1 | -1, examples: number): readonly Document[] {
  const { rows, id, byId, others, ofCustomer } = grouped;
  if (others.length === 0 && ofCustomer.length === 0) return [...rows, tally(sign, examples, id)];
  const customer = ofCustomer.length > 0 ? [...joinCustomers(collections), ...ofCustomer] : [];
  return [...rows, ...byId, ...others, ...customer, tally(sign, examples)];
}

/** Takes off those who were erased, whose orders and messages stayed. */
function withoutErased({ on, stages }: CountPipeline, condition: Condition, collections: Collections): CountPipeline {
  const erased = selectCustomers(condition, collections, [ERASED]);
  return { on, stages: [...stages, and(collections.customers, [{ $match: erased.filter }, ...erased.stages, tally(-1)])] };
}

function and({ collectionName: coll }: { readonly collectionName: string }, pipeline: readonly Document[]): Document {
  return { $unionWith: { coll, pipeline } };
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
