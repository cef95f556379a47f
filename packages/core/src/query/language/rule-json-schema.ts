import { ATTRIBUTE_TYPES, type AttributeTypes } from "../../model/attribute.js";
import { keysOf } from "../../model/record-of.js";
import { duration } from "./durations.js";
import { CONSENT_FIELDS, CUSTOMER_FIELDS, type FieldType, ITEM_FIELDS, ORDER_FIELDS } from "./fields.js";
import { MAX_RULE_DEPTH, MAX_RULE_NODES, MAX_SEED } from "./limits.js";
import { comparisonsOf, MEASURE_NAMES, MESSAGE_COUNTS, type Measure } from "./measures.js";
import { MESSAGE_EVENT_NAMES } from "./message-events.js";
import { type JsonSchema, someId } from "./operands.js";
import { OPERATORS, type OperatorTable, operatorsOn } from "./operators.js";

const FIELD_TYPES = keysOf(OPERATORS);

/** `OrderRule` is what `where` of `orders` holds. */
export interface RuleJsonSchemas {
  readonly Rule: JsonSchema;
  readonly OrderRule: JsonSchema;
}

/**
 * The rule language as JSON Schemas, made from the same definitions that the parser reads with, for an engine with these
 * declared attributes. They refer to each other below `base`: the components of an OpenAPI document, if absent. What a schema
 * can't say, the parser still checks: depth, the order of the ends of `between`, real dates, decimals of money.
 */
export function ruleJsonSchemas(attributes: AttributeTypes = {}, base = "#/components/schemas"): RuleJsonSchemas {
  const rule = { $ref: `${base}/Rule` };
  const orderRule = { $ref: `${base}/OrderRule` };
  const limits = `at most ${MAX_RULE_DEPTH} deep and ${MAX_RULE_NODES} in all, with those of the segments referred to`;
  return {
    Rule: {
      description: `A segment's rule: groups (all, any, not) and tests, ${limits}.`,
      anyOf: [
        ...groupSchemas(rule),
        ...FIELD_TYPES.flatMap((type) => testSchemas(type, customerFieldSchema(type, attributes))),
        ...MEASURE_NAMES.map((measure) => closedObject({ orders: ordersSchema(measure, orderRule) })),
        closedObject({ segment: { ...someId.schema, description: "The id of a segment." } }),
        closedObject({ sample: sampleSchema }),
        closedObject({ messages: messagesSchema }),
      ],
    },
    OrderRule: {
      description: "A rule over the fields of an order and one of its items.",
      anyOf: [...groupSchemas(orderRule), ...FIELD_TYPES.flatMap((type) => testSchemas(type, orderFieldSchema(type)))],
    },
  };
}

const sampleSchema = closedObject(
  { percent: { type: "number", minimum: 0, maximum: 100, description: "With at most 2 decimals." } },
  { seed: { anyOf: [{ type: "string", maxLength: MAX_SEED }, { type: "integer" }] } },
);

const messagesSchema = closedObject(
  { event: { enum: MESSAGE_EVENT_NAMES } },
  { campaign: someId.schema, within: duration.schema, count: comparisonSchema(MESSAGE_COUNTS) },
);

function ordersSchema(measure: Measure, where: JsonSchema): JsonSchema {
  return closedObject({ [measure]: comparisonSchema(comparisonsOf(measure)) }, { where, within: duration.schema });
}

/** Exactly one operator, with `true` where it takes no value. */
function comparisonSchema(operators: OperatorTable): JsonSchema {
  const properties = Object.entries(operators).map(([op, { valueSchema }]) => [op, valueSchema ?? { const: true }] as const);
  return {
    type: "object",
    properties: Object.fromEntries(properties),
    minProperties: 1,
    maxProperties: 1,
    additionalProperties: false,
  };
}

function groupSchemas(rule: JsonSchema): readonly JsonSchema[] {
  const rules = { type: "array", items: rule, maxItems: MAX_RULE_NODES };
  return [closedObject({ all: rules }), closedObject({ any: rules }), closedObject({ not: rule })];
}

/** One schema for each kind of value that operators on this type take. */
function testSchemas(type: FieldType, field: JsonSchema | undefined): readonly JsonSchema[] {
  if (!field) return [];
  const byValue = new Map<string, { readonly ops: string[]; readonly value: JsonSchema | undefined }>();
  for (const [op, { valueSchema }] of Object.entries(operatorsOn(type))) {
    const key = JSON.stringify(valueSchema) ?? "";
    const group = byValue.get(key) ?? { ops: [], value: valueSchema };
    group.ops.push(op);
    byValue.set(key, group);
  }
  return [...byValue.values()].map(({ ops, value }) => closedObject({ field, op: { enum: ops }, ...(value ? { value } : {}) }));
}

function customerFieldSchema(type: FieldType, attributes: AttributeTypes): JsonSchema | undefined {
  const names = namesOf(CUSTOMER_FIELDS, type);
  if (type === "string") names.push(...CONSENT_FIELDS);
  names.push(...namesOf(attributes, type).map((name) => `attributes.${name}`));
  if (!ATTRIBUTE_TYPES.some((held) => held === type)) return oneOf(names);
  const declared = Object.keys(attributes).map((name) => name.replace(/[$()*+./?[\\\]^{|}-]/g, "\\$&"));
  const others = declared.length === 0 ? "" : `(?!(${declared.join("|")})$)`;
  const undeclared = { type: "string", pattern: `^attributes\\.${others}`, minLength: 12, maxLength: 211 };
  return names.length === 0 ? undeclared : { anyOf: [{ enum: names }, undeclared] };
}

function orderFieldSchema(type: FieldType): JsonSchema | undefined {
  return oneOf(namesOf({ ...ORDER_FIELDS, ...ITEM_FIELDS }, type));
}

function oneOf(names: readonly string[]): JsonSchema | undefined {
  return names.length === 0 ? undefined : { enum: names };
}

function namesOf(fields: Readonly<Record<string, FieldType>>, type: FieldType): string[] {
  return Object.entries(fields).flatMap(([name, held]) => (held === type ? [name] : []));
}

function closedObject(properties: JsonSchema, optional: JsonSchema = {}): JsonSchema {
  return {
    type: "object",
    properties: { ...properties, ...optional },
    required: Object.keys(properties),
    additionalProperties: false,
  };
}
