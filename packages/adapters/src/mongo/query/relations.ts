import {
  type Condition,
  evaluate,
  type FieldRef,
  fieldsIn,
  holdsWithoutRows,
  isRelationRef,
  type RelationRef,
  type Test,
} from "@crm-engine/core/ports";
import type { Document } from "mongodb";
import { NO_ONE, numberPaths, predicate } from "./compile-condition.js";
import { messageMet, messageRows } from "./matching-communications.js";
import { orderRows } from "./matching-orders.js";
import { type Selectivity, selectivityOf } from "./selectivity.js";

/** A set of order or message rows that one or more measures are computed over. */
export interface Relation {
  readonly of: "orders" | "communications";
  /** Its place among the relations of the condition. */
  readonly index: number;
  /** The field that a lookup adds to a customer's document, with the measures over the customer's rows. */
  readonly as: string;
  /** The stages that select the rows. */
  readonly rows: readonly Document[];
  readonly selectivity: Selectivity;
  /** A customer has at most one such row, so no grouping is needed: tests read the row itself instead of measures. */
  readonly oneForEach: boolean;
}

/** The relations that a condition reads, each once, in the order of reading. */
export interface Relations {
  readonly all: readonly Relation[];
  /** Undefined for a field that is no measure. Quick for the condition's own fields, by identity; equal ones are found too. */
  of(field: FieldRef): Relation | undefined;
  /** The name under which the documents made of a relation's rows hold a measure. */
  nameOf(field: RelationRef): string;
}

export function relationsIn(condition: Condition): Relations {
  const byKey = new Map<string, Relation>();
  const byField = new Map<FieldRef, Relation>();
  const names = new Map<string, string>();
  for (const field of fieldsIn(condition).filter(isRelationRef)) {
    const key = keyOf(field);
    const relation = byKey.get(key) ?? relationOf(field, byKey.size);
    byKey.set(key, relation);
    byField.set(field, relation);
    const measure = measureKeyOf(field);
    if (!names.has(measure)) names.set(measure, `measure${names.size}`);
  }
  return {
    all: [...byKey.values()],
    of: (field) => byField.get(field) ?? (isRelationRef(field) ? byKey.get(keyOf(field)) : undefined),
    nameOf: (field) => names.get(measureKeyOf(field)) ?? "",
  };
}

/** The relations that a part of the condition reads. */
export function relationsOf(part: Condition, relations: Relations): readonly Relation[] {
  const read = fieldsIn(part).map(relations.of);
  return [...new Set(read.filter((relation) => relation !== undefined))].sort((a, b) => a.index - b.index);
}

/** For each relation, the stage that makes one document of a customer's rows, with the measures that some parts read. */
export type GatherRows = (relation: Relation, id: "$customerId" | null) => Document;

export function gatherRows(parts: readonly Condition[], relations: Relations): GatherRows {
  const accumulators = new Map<Relation | undefined, Map<string, Document>>();
  for (const field of parts.flatMap(fieldsIn).filter(isRelationRef)) {
    const relation = relations.of(field);
    const known = accumulators.get(relation) ?? new Map<string, Document>();
    accumulators.set(relation, known.set(relations.nameOf(field), accumulatorOf(field)));
  }
  return (relation, id) => {
    if (relation.oneForEach) return { $project: { _id: id ?? 0, evidence: 1 } };
    return { $group: { _id: id, ...Object.fromEntries(accumulators.get(relation) ?? []) } };
  };
}

/** A test of a measure in a document that lies below a prefix; there is no such document for a customer without rows. */
export function measureTest(test: Test, field: RelationRef, prefix: string, relations: Relations): Document {
  if (field.of === "messages" && relations.of(field)?.oneForEach) return oneOrNoneTest(test, messageMet(field, prefix));
  const path = prefix + relations.nameOf(field);
  const met = predicate(test, numberPaths(path));
  const ways = [...(met ? [met] : []), ...(holdsWithoutRows(test) ? [{ [path]: { $exists: false } }] : [])];
  const [first = NO_ONE, ...more] = ways;
  return more.length === 0 ? first : { $or: ways };
}

/** A test of a count that is 1 where the filter is met, else 0. */
function oneOrNoneTest(test: Test, met: Document): Document {
  const none = evaluate(test, () => 0);
  const one = evaluate(test, () => 1);
  if (none === one) return one ? {} : NO_ONE;
  return one ? met : { $nor: [met] };
}

function relationOf(field: RelationRef, index: number): Relation {
  const common = { index, as: `relation${index}`, selectivity: selectivityOf(field) };
  return field.of === "orders"
    ? { ...common, of: "orders", rows: orderRows(field.where), oneForEach: false }
    : { ...common, of: "communications", rows: messageRows(field), oneForEach: field.campaignId !== undefined };
}

function keyOf(field: RelationRef): string {
  if (field.of === "orders") return JSON.stringify(field.where);
  return JSON.stringify(field.campaignId === undefined ? [field.event, field.window] : [field.campaignId]);
}

function measureKeyOf(field: RelationRef): string {
  return field.of === "messages" ? "count" : field.measure === "excess" ? `excess ${field.base ?? 0}` : field.measure;
}

function accumulatorOf(field: RelationRef): Document {
  if (field.of === "messages") return { $sum: 1 };
  switch (field.measure) {
    case "count":
      return { $sum: 1 };
    case "sum":
      return { $sum: "$amount" };
    case "excess":
      return { $sum: { $subtract: ["$amount", field.base ?? 0] } };
    case "min":
      return { $min: "$amount" };
    case "max":
      return { $max: "$amount" };
    case "first":
      return { $min: "$placedAt" };
    case "last":
      return { $max: "$placedAt" };
  }
}
