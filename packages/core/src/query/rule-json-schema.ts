import { CUSTOMER_FIELDS, type FieldType } from "./fields.js";
import type { JsonSchema } from "./operands.js";
import { operatorsOn } from "./operators.js";
import { MAX_RULE_DEPTH, MAX_RULE_NODES } from "./rule-size.js";

const FIELD_TYPES: readonly FieldType[] = ["string", "number", "money", "boolean", "date", "array"];

/**
 * The rule language as a JSON Schema, made from the same definitions that the parser reads with. `self` is where the schema
 * will stand. What a schema can't say, the parser still checks: depth, the order of the ends of `between`, real dates,
 * decimals of money.
 */
export function ruleJsonSchema(self: string): JsonSchema {
  const rule = { $ref: self };
  return {
    description: `A segment's rule: groups (all, any, not) and tests, at most ${MAX_RULE_DEPTH} deep and ${MAX_RULE_NODES} in all.`,
    anyOf: [
      closedObject({ all: { type: "array", items: rule, maxItems: MAX_RULE_NODES } }),
      closedObject({ any: { type: "array", items: rule, maxItems: MAX_RULE_NODES } }),
      closedObject({ not: rule }),
      ...FIELD_TYPES.flatMap(testSchemas),
    ],
  };
}

/** As the OpenAPI component `Rule`. */
export const RULE_JSON_SCHEMA: JsonSchema = ruleJsonSchema("#/components/schemas/Rule");

/** One schema for each kind of value that operators on this type take. */
function testSchemas(type: FieldType): readonly JsonSchema[] {
  const byValue = new Map<string, { readonly ops: string[]; readonly value: JsonSchema | undefined }>();
  for (const [op, { valueSchema }] of Object.entries(operatorsOn(type))) {
    const key = JSON.stringify(valueSchema) ?? "";
    const group = byValue.get(key) ?? { ops: [], value: valueSchema };
    group.ops.push(op);
    byValue.set(key, group);
  }
  const field = fieldSchema(type);
  return [...byValue.values()].map(({ ops, value }) => closedObject({ field, op: { enum: ops }, ...(value ? { value } : {}) }));
}

function fieldSchema(type: FieldType): JsonSchema {
  const names: string[] = Object.entries(CUSTOMER_FIELDS).flatMap(([name, held]) => (held === type ? [name] : []));
  if (type === "string") names.push("consent.email", "consent.sms");
  const attribute = { type: "string", pattern: "^attributes\\.", minLength: 12, maxLength: 211 };
  if (type === "money") return { enum: names };
  return names.length === 0 ? attribute : { anyOf: [{ enum: names }, attribute] };
}

function closedObject(properties: JsonSchema): JsonSchema {
  return { type: "object", properties, required: Object.keys(properties), additionalProperties: false };
}
