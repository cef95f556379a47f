import {
  type Condition,
  conjuncts,
  type FieldRef,
  fieldsIn,
  holdsWithoutRows,
  isRelationRef,
  partiallyEvaluate,
  requiredRelations,
  verdictWithRows,
} from "@crm-engine/core/ports";
import type { Relation, Relations } from "./relations.js";
import { isSelective } from "./selectivity.js";

/** How to find the customers who match some parts from the order or message rows that these parts require. */
export interface RowPlan {
  /** The driving relation, if the parts require its rows; else all relations, if they require rows of at least one. */
  readonly driving: readonly [Relation, ...Relation[]];
  /** That of the least selective driving relation. */
  readonly selectivity: number;
  /** What customers with such rows have yet to match. */
  readonly parts: readonly Condition[];
  /** Of these parts, those that the driving relations decide, those that need other relations, and those that read the customer. */
  readonly byDriving: readonly Condition[];
  readonly byOthers: readonly Condition[];
  readonly byCustomer: readonly Condition[];
}

/** Undefined if a customer without rows may match, or if an index of customers leads to the few who may. */
export function planRows(given: readonly Condition[], relations: Relations): RowPlan | undefined {
  const [first, ...more] = given.some(isSelective) ? [] : drivingRelations(given, relations);
  if (!first) return undefined;
  const drives = new Set([first, ...more]);
  const isDriving = (field: FieldRef): boolean => {
    const relation = relations.of(field);
    return relation !== undefined && drives.has(relation);
  };
  const isResidual = more.length === 0 && !first.oneForEach;
  const parts = isResidual ? given.flatMap((part) => residualParts(part, isDriving)) : given;
  return {
    driving: [first, ...more],
    selectivity: Math.max(...[first, ...more].map(({ selectivity }) => selectivity)),
    parts,
    ...divideParts(parts, isDriving),
  };
}

/** The most selective of the relations whose rows the parts require; else all, if they require rows of at least one. */
function drivingRelations(parts: readonly Condition[], relations: Relations): readonly Relation[] {
  const whole: Condition = { kind: "all", of: parts };
  const required = requiredRelations(whole, new Set(relations.all), relations.of);
  const [first, ...more] = relations.all.filter((relation) => required.has(relation));
  if (first) return [more.reduce((best, relation) => (relation.selectivity < best.selectivity ? relation : best), first)];
  const withoutAny = partiallyEvaluate(whole, (test) => (isRelationRef(test.field) ? holdsWithoutRows(test) : undefined));
  return withoutAny === false ? relations.all : [];
}

/** What a part still asks of customers who have rows of the driving relation, which alone may decide it ("at least one"). */
function residualParts(part: Condition, isDriving: (field: FieldRef) => boolean): readonly Condition[] {
  const residual = partiallyEvaluate(part, (test) => (isDriving(test.field) ? verdictWithRows(test) : undefined));
  if (typeof residual !== "boolean") return conjuncts(residual);
  return residual ? [] : [{ kind: "any", of: [] }];
}

function divideParts(parts: readonly Condition[], isDriving: (field: FieldRef) => boolean) {
  const byDriving: Condition[] = [];
  const byOthers: Condition[] = [];
  const byCustomer: Condition[] = [];
  for (const part of parts) {
    const fields = fieldsIn(part);
    const list = fields.every(isDriving) ? byDriving : fields.every(isRelationRef) ? byOthers : byCustomer;
    list.push(part);
  }
  return { byDriving, byOthers, byCustomer };
}
