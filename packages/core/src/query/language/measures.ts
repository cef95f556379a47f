import type { Measure } from "../../model/rule.js";
import type { FieldType } from "./fields.js";
import { type OperatorDefinition, operatorsOn } from "./operators.js";

/** The operators that a measure of this type takes. A measure that is never missing does not take exists and notExists. */
export function comparisonsOn(type: FieldType, optional: boolean): Readonly<Record<string, OperatorDefinition>> {
  const { exists, notExists, ...compared } = operatorsOn(type);
  return optional && exists && notExists ? { ...compared, exists, notExists } : compared;
}

/** The type of each measure, and whether it is missing where there is no order. */
export const MEASURE_TYPES: {
  readonly [M in Measure]: { readonly type: FieldType; readonly optional: boolean };
} = {
  count: { type: "number", optional: false },
  sum: { type: "money", optional: false },
  avg: { type: "money", optional: true },
  min: { type: "money", optional: true },
  max: { type: "money", optional: true },
  first: { type: "date", optional: true },
  last: { type: "date", optional: true },
};

export const MESSAGE_COUNTS = comparisonsOn("number", false);
