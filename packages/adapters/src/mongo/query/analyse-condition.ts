import { type Condition, conjuncts, isRelationRef, readsAny } from "@crm-engine/core/ports";
import { mayHoldForErased } from "./not-erased.js";
import { planRows, type RowPlan } from "./plan-rows.js";
import { type Relations, relationsIn } from "./relations.js";

/** What every query of a condition needs to know of it: worked out once per call, in time linear in the condition's size. */
export interface AnalysedCondition {
  /** The conjuncts: those that customers' documents decide by themselves, and those that read relations. */
  readonly parts: readonly Condition[];
  readonly plain: readonly Condition[];
  readonly related: readonly Condition[];
  readonly relations: Relations;
  /** How to find those who match from order or message rows; undefined where that can't be, or needn't. */
  readonly rowPlan: RowPlan | undefined;
  readonly mayHoldForErased: boolean;
}

export function analyseCondition(condition: Condition): AnalysedCondition {
  const parts = conjuncts(condition);
  const relations = relationsIn(condition);
  return {
    parts,
    plain: parts.filter((part) => !readsAny(part, isRelationRef)),
    related: parts.filter((part) => readsAny(part, isRelationRef)),
    relations,
    rowPlan: planRows(parts, relations),
    mayHoldForErased: mayHoldForErased(condition),
  };
}
