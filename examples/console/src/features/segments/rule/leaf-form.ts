import type { FieldCatalogue } from "@crm-engine/core";
import {
  ATTRIBUTE,
  type CatalogueField,
  DAY_UNITS,
  EVENT_WORDS,
  type FieldType,
  MEASURE_WORDS,
  OPERATOR_WORDS,
  type Operand,
  typeRead,
  UNITS,
} from "./language";
import { isGroupNode, nodeOf, type QueryNode } from "./rule-query";

export type Scope = "customer" | "order";
export type Json = Readonly<Record<string, unknown>>;
export type LeafKind = "field" | "orders" | "messages" | "segment" | "sample" | "new" | "json";

export const isRecord = (value: unknown): value is Json => typeof value === "object" && value !== null && !Array.isArray(value);

/** The catalogue's field of that name; of an attribute that nobody declared, what any attribute takes. */
export function fieldNamed(name: string, scope: Scope, catalogue: FieldCatalogue): CatalogueField | undefined {
  const fields = scope === "order" ? catalogue.orders.fields : catalogue.fields;
  const known = fields.find((field) => field.name === name);
  if (known !== undefined || scope === "order" || !name.startsWith(ATTRIBUTE) || name === ATTRIBUTE) return known;
  return { name, ...catalogue.otherAttributes };
}

/** Which form shows a condition without losing any of it; `json`, where none does. */
export function kindOf(leaf: unknown, scope: Scope, catalogue: FieldCatalogue): LeafKind {
  if (!isRecord(leaf)) return "json";
  const keys = Object.keys(leaf);
  if (keys.length === 0) return "new";
  if ("field" in leaf) return isFieldTest(leaf, scope, catalogue) ? "field" : "json";
  if (scope === "order" || keys.length !== 1) return "json";
  const { orders, messages, segment, sample } = leaf;
  if (isRecord(orders)) return isOrders(orders, catalogue) ? "orders" : "json";
  if (isRecord(messages)) return isMessages(messages, catalogue) ? "messages" : "json";
  if (typeof segment === "string") return "segment";
  return isRecord(sample) && isSample(sample) ? "sample" : "json";
}

const onlyHas = (value: Json, known: readonly string[]): boolean => Object.keys(value).every((key) => known.includes(key));

function isFieldTest(leaf: Json, scope: Scope, catalogue: FieldCatalogue): boolean {
  if (!onlyHas(leaf, ["field", "op", "value"]) || typeof leaf.field !== "string" || typeof leaf.op !== "string") return false;
  const field = fieldNamed(leaf.field, scope, catalogue);
  const type = field && typeRead(field.types, leaf.op, leaf.value);
  return field?.operators.includes(leaf.op) === true && type !== undefined && takes(type, leaf.op, leaf.value, "value" in leaf);
}

function takes(type: FieldType, op: string, value: unknown, given: boolean): boolean {
  const operand = OPERATOR_WORDS[type][op]?.operand;
  if (operand === undefined) return false;
  return operand === "none" ? !given : given && fits(operand, value, type);
}

function isOrders(query: Json, catalogue: FieldCatalogue): boolean {
  const measures = catalogue.orders.measures.filter(({ name }) => name in query);
  const [measure] = measures;
  if (measure === undefined || measures.length > 1 || MEASURE_WORDS[measure.name] === undefined) return false;
  if (!onlyHas(query, ["where", "within", measure.name])) return false;
  if ("within" in query && !fits("duration", query.within)) return false;
  if ("where" in query && !isRecord(query.where)) return false;
  return isComparison(query[measure.name], measure.type, measure.operators);
}

function isMessages(query: Json, catalogue: FieldCatalogue): boolean {
  if (!onlyHas(query, ["event", "campaign", "within", "count"])) return false;
  if (typeof query.event !== "string" || EVENT_WORDS[query.event] === undefined) return false;
  if ("campaign" in query && typeof query.campaign !== "string") return false;
  if ("within" in query && !fits("duration", query.within)) return false;
  return !("count" in query) || isComparison(query.count, "number", catalogue.messages.operators);
}

function isSample(query: Json): boolean {
  const { percent, seed } = query;
  if (!onlyHas(query, ["percent", "seed"]) || !(percent === null || typeof percent === "number")) return false;
  return !("seed" in query) || typeof seed === "string" || typeof seed === "number";
}

function isComparison(value: unknown, type: FieldType, operators: readonly string[]): boolean {
  const [op, ...others] = isRecord(value) ? Object.keys(value) : [];
  if (!isRecord(value) || op === undefined || others.length > 0 || !operators.includes(op)) return false;
  const operand = OPERATOR_WORDS[type][op]?.operand;
  return operand === "none" ? value[op] === true : operand !== undefined && fits(operand, value[op], type);
}

/** The one operator of a comparison, with its value. */
export function comparisonOf(value: unknown): readonly [op: string, value: unknown] {
  return isRecord(value) ? (Object.entries(value)[0] ?? ["", undefined]) : ["", undefined];
}

function fits(operand: Operand, value: unknown, type?: FieldType): boolean {
  const isNumber = (one: unknown) => one === null || typeof one === "number" || (type === "money" && typeof one === "string");
  const isText = (one: unknown) => one === null || typeof one === "string";
  const isPair = (is: (one: unknown) => boolean) => Array.isArray(value) && value.length === 2 && value.every(is);
  switch (operand) {
    case "none":
      return value === undefined;
    case "text":
      return typeof value === "string" || value === null;
    case "time":
    case "day":
      return isText(value);
    case "texts":
      return Array.isArray(value) && value.every((one) => typeof one === "string");
    case "number":
      return isNumber(value);
    case "numbers":
      return Array.isArray(value) && value.every((one) => one !== null && isNumber(one));
    case "numberPair":
      return isPair(isNumber);
    case "timePair":
      return isPair(isText);
    case "duration":
      return isLength(value, UNITS);
    case "dayFromToday":
      return isRecord(value) && Object.keys(value).length === 1 && isLength(value.in ?? value.ago, DAY_UNITS);
    case "daysAhead":
      return isLength(value, ["days"]);
  }
}

function isLength(value: unknown, units: readonly string[]): boolean {
  const [unit, ...others] = isRecord(value) ? Object.keys(value) : [];
  if (!isRecord(value) || unit === undefined || others.length > 0 || !units.includes(unit)) return false;
  return value[unit] === null || typeof value[unit] === "number";
}

/** Whether something in it is still to be given: the engine isn't asked about it before. */
export function isUnfinished(value: unknown): boolean {
  if (value === null) return true;
  if (Array.isArray(value)) return value.some(isUnfinished);
  if (!isRecord(value)) return false;
  if (Object.keys(value).length === 0) return true;
  if (value.segment === "" || value.field === "" || value.field === ATTRIBUTE) return true;
  if ("field" in value) {
    const { op, value: held } = value;
    if (Array.isArray(held) && held.length === 0) return true;
    if (held === "" && op !== "eq" && op !== "ne") return true;
  }
  return Object.entries(value).some(([key, held]) => {
    if (key === "all" || key === "any") return Array.isArray(held) && held.some(isUnfinished);
    return (key === "in" || key === "notIn") && Array.isArray(held) && held.length === 0 ? true : isUnfinished(held);
  });
}

export function someUnfinished(node: QueryNode): boolean {
  return isGroupNode(node) ? node.rules.some(someUnfinished) : isUnfinished(node.value);
}

/** The quick forms of `where`: none, or one product; else it is a rule of its own. */
export function productsOf(where: unknown): readonly string[] | undefined {
  if (where === undefined) return [];
  if (!isRecord(where) || where.field !== "sku" || !onlyHas(where, ["field", "op", "value"])) return undefined;
  if (where.op === "eq" && typeof where.value === "string") return [where.value];
  // A list of one is not written as `eq`: what is not changed stays as it is.
  if (where.op === "in" && Array.isArray(where.value) && where.value.length !== 1) return where.value as readonly string[];
  return undefined;
}

export const whereProducts = (products: readonly string[]): Json =>
  products.length === 1 ? { field: "sku", op: "eq", value: products[0] } : { field: "sku", op: "in", value: products };

/** Segments that a rule refers to. */
export function segmentsIn(rule: unknown): readonly string[] {
  const node = nodeOf(rule as Parameters<typeof nodeOf>[0]);
  const look = (one: QueryNode): readonly string[] =>
    isGroupNode(one)
      ? one.rules.flatMap(look)
      : "segment" in one.value && typeof one.value.segment === "string"
        ? [one.value.segment]
        : [];
  return look(node);
}
