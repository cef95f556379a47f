import { type Condition, conjuncts, evaluate, type FieldRef, readsAny, type Test } from "@crm-engine/core/ports";
import type { Document } from "mongodb";
import { allOf, type CompileTest, compileCondition, NO_ONE, pathsOf, testAt } from "./compile-condition.js";

/**
 * The stages that leave, each once, the orders for which `where` holds. Items are tested by one filter within the order's document,
 * unless one test combines fields of the order and of an item: then items are unwound.
 */
export function orderRows(where: Condition): readonly Document[] {
  const ofItems: Condition[] = [];
  const ofOrder: Document[] = [];
  for (const part of conjuncts(where)) {
    if (readsAny(part, isItem)) ofItems.push(part);
    else ofOrder.push(compileCondition(part, orderTest("items.")));
  }
  if (ofItems.some((part) => readsAny(part, isOrder))) return [{ $match: allOf(ofOrder) }, ...rowsByItem(ofItems)];
  return [{ $match: allOf([...ofOrder, ...itemFilters(ofItems)]) }];
}

/** Tests in the documents of orders, or of orders unwound by item, whose one item lies at `items.` too. */
function orderTest(itemPrefix: string): CompileTest {
  return (test) => {
    const { field } = test;
    switch (field.of) {
      case "order":
        return compileCondition(rangeByRange(test), (one) =>
          testAt(one, pathsOf(field.type, field.name === "id" ? "_id" : field.name, `folded.${field.name}`)),
        );
      case "item":
        return testAt(test, pathsOf(field.type, itemPrefix + field.name, `${itemPrefix}folded.${field.name}`));
      // No order has these fields.
      case "customer":
      case "attribute":
      case "consent":
      case "mark":
      case "orders":
      case "messages":
      case "sample":
        return NO_ONE;
    }
  };
}

/** One filter per range, so that the index of the time is searched for each range. */
function rangeByRange(test: Test): Condition {
  if (test.kind !== "within" || test.ranges.length === 1) return test;
  return { kind: "any", of: test.ranges.map((range) => ({ ...test, ranges: [range] })) };
}

function itemFilters(parts: readonly Condition[]): readonly Document[] {
  const [first] = parts;
  if (!first) return [];
  if (parts.length === 1 && ONE_OPERATOR.has(first.kind)) return [compileCondition(first, orderTest("items."))];
  const met = { items: { $elemMatch: allOf(parts.map((part) => compileCondition(part, orderTest("")))) } };
  const holdsWithoutItems = parts.every((part) => evaluate(part, () => undefined));
  return [holdsWithoutItems ? { $or: [met, { items: { $size: 0 } }] } : met];
}

/** Tests that compile to one operator on one path: no two items can share in meeting it, so `$elemMatch` isn't needed. */
const ONE_OPERATOR: ReadonlySet<Condition["kind"]> = new Set(["textIn", "textLike", "compare", "numberIn"]);

function rowsByItem(parts: readonly Condition[]): readonly Document[] {
  return [
    { $unwind: { path: "$items", preserveNullAndEmptyArrays: true } },
    { $match: allOf(parts.map((part) => compileCondition(part, orderTest("items.")))) },
    {
      $group: {
        _id: "$_id",
        customerId: { $first: "$customerId" },
        amount: { $first: "$amount" },
        placedAt: { $first: "$placedAt" },
      },
    },
  ];
}

function isItem({ of }: FieldRef): boolean {
  return of === "item";
}

function isOrder({ of }: FieldRef): boolean {
  return of === "order";
}
