import { addressFieldOf, REACH_REFUSALS, type Reach, type ReachQuestion, recordOf } from "@crm-engine/core/ports";
import type { Document } from "mongodb";
import type { Collections } from "../schema/collections.js";
import { sharesOf } from "../schema/customer-documents.js";
import type { AnalysedCondition } from "./analyse-condition.js";
import { divisionsOf, type PipelineOn } from "./count-customers.js";
import { customerTest } from "./customer-test.js";
import { type GroupedRows, groupRows, joinCustomers } from "./group-rows.js";
import { planRows } from "./plan-rows.js";
import { filterOf, selectCustomers } from "./select-customers.js";

/** What a pipeline gives: how many of one class there are, and how many addresses those of them have who may share one. */
export interface ReachTally {
  readonly class: Class | null;
  readonly n: number;
  readonly addresses: number;
  readonly examples?: readonly string[];
}

/** Why somebody would get no message; `erased` are in no count, and null is nothing of the kind. */
type Class = (typeof REACH_REFUSALS)[number] | "erased";

/**
 * Counts the customers whom a condition selects by what they are for a channel, as `countCustomers` does: by their own documents; or, where
 * rows of a relation select them, by these rows beside the customers who are exceptional. Only these documents are read, and the
 * rest are nothing of the kind.
 */
export function countReach(
  condition: AnalysedCondition,
  collections: Collections,
  question: ReachQuestion,
  examples: number,
): PipelineOn {
  const { relations, rowPlan } = condition;
  const classes = classesOf(question);
  if (rowPlan) {
    const grouped = groupRows(rowPlan, relations, collections);
    return { on: grouped.on, stages: [...idsOf(grouped, collections), ...besideExceptional(collections, classes)] };
  }
  for (const { certain, other, sign } of divisionsOf(condition)) {
    const plan = planRows(other, relations);
    if (!plan) continue;
    const grouped = groupRows(plan, relations, collections);
    const base = filterOf(certain, customerTest());
    return {
      on: grouped.on,
      stages: [...idsOf(grouped, collections), ...besideExceptional(collections, classes, { base, sign })],
    };
  }
  const { filter, stages } = selectCustomers(condition, collections);
  const shown = examples > 0 ? { examples: { $firstN: { input: "$_id", n: examples } } } : {};
  const first = examples > 0 ? { examples: { $first: "$examples" } } : {};
  return {
    on: "customers",
    stages: [
      { $match: filter },
      ...stages,
      { $group: { _id: { class: classes.of, address: classes.address }, n: { $sum: 1 }, ...shown } },
      ...tallied(first),
    ],
  };
}

/** The sums of what the pipeline gave. */
export function reachIn(tallies: readonly ReachTally[]): { readonly count: number; readonly reach: Reach } {
  const by = (name: Class | null): ReachTally => {
    const all = tallies.filter((tally) => tally.class === name);
    const sum = (of: "n" | "addresses") => all.reduce((total, tally) => total + tally[of], 0);
    return { class: name, n: sum("n"), addresses: sum("addresses") };
  };
  const shared = by("sharedAddress");
  const count = [null, ...REACH_REFUSALS].reduce((total, name) => total + by(name).n, 0);
  const reach = recordOf(REACH_REFUSALS, (name) => by(name).n);
  return { count: Math.max(0, count), reach: { ...reach, sharedAddress: shared.n - shared.addresses } };
}

interface Classes {
  /** The class of a customer's document. */
  readonly of: Document;
  /** Its address, of those who may share one. */
  readonly address: Document;
  /** Selects the documents of any class. */
  readonly exceptional: Document;
}

function classesOf({ channel, defaultConsent }: ReachQuestion): Classes {
  const field = addressFieldOf(channel);
  const [state, refusal] = [`consent.${channel}.state`, `marks.${channel}.refusal`];
  const isMissing = (path: string): Document => ({ $lte: [`$${path}`, null] });
  const isUnsubscribed = { $or: [{ $eq: [`$${state}`, "withdrawn"] }, { $eq: [`$${refusal}`, "unsubscribed"] }] };
  const shares = { $eq: [`$${sharesOf(field)}`, true] };
  const tests: readonly (readonly [Class, Document])[] = [
    ["erased", { $eq: ["$erased", true] }],
    ["unsubscribed", isUnsubscribed],
    ...(defaultConsent === "none" ? [["notSubscribed", isMissing(state)] as const] : []),
    ["suppressed", { $eq: [`$${refusal}`, "suppressed"] }],
    ["noAddress", isMissing(field)],
    ["sharedAddress", shares],
  ];
  const of = tests.reduceRight<unknown>((otherwise, [name, test]) => ({ $cond: [test, name, otherwise] }), null);
  return {
    of: of as Document,
    address: { $cond: [{ $eq: [of, "sharedAddress"] }, `$addressHashes.${field}`, null] },
    exceptional: {
      $or: [
        { erased: true },
        { [state]: "withdrawn" },
        { [refusal]: { $exists: true } },
        { [field]: { $exists: false } },
        { [sharesOf(field)]: true },
        ...(defaultConsent === "none" ? [{ [state]: { $exists: false } }] : []),
      ],
    },
  };
}

/** One document for each customer whom the rows select. */
function idsOf({ rows, id, byId, byOthers, byCustomer }: GroupedRows, collections: Collections): readonly Document[] {
  const selected = { $project: { _id: id, isRow: { $literal: true } } };
  if (byOthers.length === 0 && byCustomer.length === 0) return [...rows, selected];
  const joined = byCustomer.length > 0 ? [...joinCustomers(collections), ...byCustomer] : [];
  return [...rows, ...byId, ...byOthers, ...joined, { $project: { isRow: { $literal: true } } }];
}

/** What the rows are added to, or taken off: the customers of a filter. */
interface Base {
  readonly base: Document;
  readonly sign: 1 | -1;
}

/**
 * After documents of ids. Those of exceptional customers are joined by grouping; all others are counted as they are, and where there is a
 * base, are added to its others or taken off.
 */
function besideExceptional({ customers }: Collections, { of, address, exceptional }: Classes, base?: Base): readonly Document[] {
  const union = (pipeline: readonly Document[]): Document => ({ $unionWith: { coll: customers.collectionName, pipeline } });
  const isRow = { $eq: ["$isRow", true] };
  const isBase = { $eq: ["$isBase", true] };
  const isMember =
    base === undefined ? isRow : base.sign === 1 ? { $or: [isRow, isBase] } : { $and: [isBase, { $ne: ["$isRow", true] }] };
  const member = {
    // Rows of nobody exceptional: their customers are not read.
    n: { $cond: ["$isExceptional", { $cond: [isMember, 1, 0] }, { $cond: [isRow, base?.sign ?? 1, 0] }] },
    class: "$class",
    address: { $cond: [isMember, "$address", null] },
  };
  return [
    union([{ $match: exceptional }, { $project: { isExceptional: { $literal: true }, class: of, address } }]),
    ...(base ? [union([{ $match: { $and: [exceptional, base.base] } }, { $project: { isBase: { $literal: true } } }])] : []),
    {
      $group: {
        _id: "$_id",
        ...Object.fromEntries(
          ["isRow", "isBase", "isExceptional", "class", "address"].map((name) => [name, { $max: `$${name}` }]),
        ),
      },
    },
    { $project: member },
    { $group: { _id: { class: "$class", address: "$address" }, n: { $sum: "$n" } } },
    ...(base
      ? [
          union([
            { $match: { $and: [{ $nor: [exceptional] }, base.base] } },
            { $group: { _id: { class: null, address: null }, n: { $sum: 1 } } },
          ]),
        ]
      : []),
    ...tallied(),
  ];
}

function tallied(more: Document = {}): readonly Document[] {
  return [
    {
      $group: {
        _id: "$_id.class",
        n: { $sum: "$n" },
        addresses: { $sum: { $cond: [{ $and: [{ $ne: ["$_id.address", null] }, { $gt: ["$n", 0] }] }, 1, 0] } },
        ...more,
      },
    },
    { $project: { _id: 0, class: "$_id", n: 1, addresses: 1, examples: 1 } },
  ];
}
