import { addressFieldOf, REACH_REFUSALS, type Reach, type ReachQuestion, recordOf } from "@crm-engine/core/ports";
import type { Document } from "mongodb";
import type { Collections } from "../schema/collections.js";
import { exceptionalOf, sharesOf } from "../schema/customer-documents.js";
import type { AnalysedCondition } from "./analyse-condition.js";
import { divisionsOf, type PipelineOn, tally } from "./count-customers.js";
import { customerTest } from "./customer-test.js";
import { type GroupedRows, groupRows, joinCustomers } from "./group-rows.js";
import { ERASED } from "./not-erased.js";
import { planRows } from "./plan-rows.js";
import { filterOf, selectCustomers } from "./select-customers.js";
import { FEW_ROWS } from "./selectivity.js";

/**
 * What a pipeline gives: how many of one class there are, and how many addresses those of them have who may share one. Where there is one of
 * `anyone`, the others are about the exceptional alone.
 */
export interface ReachTally {
  readonly class: Class | "anyone" | null;
  readonly n: number;
  readonly addresses: number;
  readonly examples?: readonly string[];
}

/** Why somebody would get no message; `erased` are in no count, and null is nothing of the kind. */
type Class = (typeof REACH_REFUSALS)[number] | "erased";

/**
 * Counts the customers whom a condition selects by what they are for a channel, as `countCustomers` does: by their own documents; or, where
 * rows of a relation select them, by these rows. What somebody is, is looked up of the exceptional alone, by an index that holds
 * them: a class of everybody would take several times as long as their number.
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
  const byClass = (who: Document): readonly Document[] => [
    { $match: { $and: [who, filter] } },
    ...stages,
    { $group: { _id: { class: classes.of, address: classes.address }, n: { $sum: 1 } } },
    ...tallied(),
  ];
  return {
    on: "customers",
    stages: [
      { $match: filter },
      ...stages,
      tally(1, examples),
      { $project: { _id: 0, class: { $literal: "anyone" }, n: 1, addresses: { $literal: 0 }, examples: 1 } },
      // No tombstone is among those whom the filter selects.
      ...classes.exceptional.filter((who) => who !== ERASED).map((who) => unionWith(collections, byClass(who))),
    ],
  };
}

function unionWith({ customers }: Collections, pipeline: readonly Document[]): Document {
  return { $unionWith: { coll: customers.collectionName, pipeline } };
}

/** So many customers are looked up by their ids sooner than all who are exceptional are read. */
export const FEW_CUSTOMERS = 20_000;
/** By so many calls at the same time. */
export const LOOK_UPS = 2;

/** The ids of some customers. */
export interface Selected {
  readonly ids: readonly string[];
}

/**
 * The ids of those whom rows select, or of more than `FEW_CUSTOMERS` of them; at most one document. Undefined where no index leads to few
 * rows, and where more than enough can't be seen without reading all of them.
 */
export function idsOfFew({ rowPlan, relations }: AnalysedCondition, collections: Collections): PipelineOn | undefined {
  if (!rowPlan || (rowPlan.selectivity > FEW_ROWS && !rowPlan.driving.every(({ oneForEach }) => oneForEach))) return undefined;
  const grouped = groupRows(rowPlan, relations, collections);
  const ids = [{ $limit: FEW_CUSTOMERS + 1 }, { $group: { _id: null, ids: { $push: "$_id" } } }];
  return { on: grouped.on, stages: [...idsOf(grouped, collections), ...ids] };
}

/** So many of one class and, where they may share it, of one address. */
export interface ExceptionalTally {
  readonly _id: { readonly class: ReachTally["class"]; readonly address: string | null };
  readonly n: number;
}

/** The exceptional among customers by their ids. */
export function exceptionalOfFew(ids: readonly string[], question: ReachQuestion): PipelineOn {
  const { of, address, exceptional } = classesOf(question);
  return {
    on: "customers",
    stages: [
      { $match: { $and: [{ _id: { $in: ids } }, { $or: exceptional }] } },
      { $group: { _id: { class: of, address }, n: { $sum: 1 } } },
    ],
  };
}

/** What `countReach` gives, of these customers and of the exceptional among them, which may come in several lists. */
export function reachOfFew(ids: readonly string[], exceptional: readonly ExceptionalTally[]): readonly ReachTally[] {
  const addresses = new Set<string>();
  const tallies = exceptional.map(({ _id, n }): ReachTally => {
    const isNew = _id.address !== null && !addresses.has(_id.address);
    if (_id.address !== null) addresses.add(_id.address);
    return { class: _id.class, n, addresses: isNew ? 1 : 0 };
  });
  return [{ class: "anyone", n: ids.length, addresses: 0 }, ...tallies];
}

/** The sums of what the pipeline gave. */
export function reachIn(tallies: readonly ReachTally[]): { readonly count: number; readonly reach: Reach } {
  const by = (name: ReachTally["class"]): ReachTally => {
    const all = tallies.filter((tally) => tally.class === name);
    const sum = (of: "n" | "addresses") => all.reduce((total, tally) => total + tally[of], 0);
    return { class: name, n: sum("n"), addresses: sum("addresses") };
  };
  const shared = by("sharedAddress");
  const isOfAnyone = tallies.some((tally) => tally.class === "anyone");
  const count = isOfAnyone
    ? by("anyone").n - by("erased").n
    : [null, ...REACH_REFUSALS].reduce((total, name) => total + by(name).n, 0);
  const reach = recordOf(REACH_REFUSALS, (name) => by(name).n);
  return { count: Math.max(0, count), reach: { ...reach, sharedAddress: shared.n - shared.addresses } };
}

interface Classes {
  /** The class of a customer's document. */
  readonly of: Document;
  /** Its address, of those who may share one. */
  readonly address: Document;
  /** Select the documents of any class, and maybe some others: each of them once. */
  readonly exceptional: readonly Document[];
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
    // Where nobody is taken to consent, those who said nothing are in no index, and most of all.
    exceptional:
      defaultConsent === "none"
        ? [{ $or: [ERASED, { [exceptionalOf(channel)]: true }, { [state]: { $exists: false } }] }]
        : [ERASED, { [exceptionalOf(channel)]: true }],
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
function besideExceptional(collections: Collections, { of, address, exceptional }: Classes, base?: Base): readonly Document[] {
  const union = (pipeline: readonly Document[]): Document => unionWith(collections, pipeline);
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
    ...exceptional.map((who) =>
      union([{ $match: who }, { $project: { isExceptional: { $literal: true }, class: of, address } }]),
    ),
    ...(base
      ? exceptional.map((who) => union([{ $match: { $and: [who, base.base] } }, { $project: { isBase: { $literal: true } } }]))
      : []),
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
            { $match: { $and: [{ $nor: exceptional }, base.base] } },
            { $group: { _id: { class: null, address: null }, n: { $sum: 1 } } },
          ]),
        ]
      : []),
    ...tallied(),
  ];
}

function tallied(): readonly Document[] {
  return [
    {
      $group: {
        _id: "$_id.class",
        n: { $sum: "$n" },
        addresses: { $sum: { $cond: [{ $and: [{ $ne: ["$_id.address", null] }, { $gt: ["$n", 0] }] }, 1, 0] } },
      },
    },
    { $project: { _id: 0, class: "$_id", n: 1, addresses: 1 } },
  ];
}
