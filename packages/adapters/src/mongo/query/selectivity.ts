import { type Condition, conjuncts, narrowing, type RelationRef } from "@crm-engine/core/ports";

/** How few of all rows an index leads to: the lower, the fewer. An estimate affects the plan only, never the result. */
export type Selectivity = typeof FEW_ROWS | typeof SOME_ROWS | typeof ANY_ROWS;
/** Those with one of some values. */
export const FEW_ROWS = 0;
/** Those of some time, or of one campaign. */
export const SOME_ROWS = 1;
/** No index narrows them down. */
const ANY_ROWS = 2;

/** The selectivity of a relation: of the rows that a measure is computed over. */
export function selectivityOf(field: RelationRef): Selectivity {
  if (field.of === "messages") return field.campaignId !== undefined || field.window ? SOME_ROWS : ANY_ROWS;
  const narrowedBy = conjuncts(field.where).map((part) => ("field" in part ? narrowing(part)?.by : undefined));
  if (narrowedBy.includes("values")) return FEW_ROWS;
  return narrowedBy.includes("time") ? SOME_ROWS : ANY_ROWS;
}

/** Whether an index of customers leads to the few who can match a part. */
export function isSelective(part: Condition): boolean {
  const narrowed = "field" in part ? narrowing(part) : undefined;
  return narrowed?.by === "slice" || (narrowed?.by === "values" && narrowed.of === "customer");
}
