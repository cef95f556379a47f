import { keysOf } from "../../model/record-of.js";
import type { FieldType } from "./fields.js";
import { type OperatorTable, operatorsOn } from "./operators.js";

/** What is compared of a customer's orders. */
interface MeasureDefinition {
  readonly type: FieldType;
  /** It is missing where there is no order. */
  readonly optional: boolean;
  /** What a description begins with: "spent over 5". */
  readonly words: string;
}

/** How many orders, and what they come to: `sum`, `avg`, `min` and `max` are of `amount`, `first` and `last` of `placedAt`. */
export const MEASURES = {
  count: { type: "number", optional: false, words: "bought" },
  sum: { type: "money", optional: false, words: "spent" },
  avg: { type: "money", optional: true, words: "spent on average" },
  min: { type: "money", optional: true, words: "the smallest order was" },
  max: { type: "money", optional: true, words: "the largest order was" },
  first: { type: "date", optional: true, words: "first bought" },
  last: { type: "date", optional: true, words: "last bought" },
} as const satisfies Readonly<Record<string, MeasureDefinition>>;

export type Measure = keyof typeof MEASURES;
export const MEASURE_NAMES = keysOf(MEASURES);

/** The operators that a measure takes. One that is never missing does not take exists and notExists. */
export function comparisonsOf(measure: Measure): OperatorTable {
  return comparisonsOn(MEASURES[measure]);
}

/** The operators of a count of messages. */
export const MESSAGE_COUNTS = comparisonsOn({ type: "number", optional: false });

function comparisonsOn({ type, optional }: Pick<MeasureDefinition, "type" | "optional">): OperatorTable {
  const { exists, notExists, ...compared } = operatorsOn(type);
  return optional && exists && notExists ? { ...compared, exists, notExists } : compared;
}
