import { bareCustomer, type Condition, conjuncts, type FieldRef, holds, readsAny, type Test } from "@crm-engine/core/ports";
import type { Document } from "mongodb";
import { allOf, type CompileTest, compileCondition, NO_ONE, pathsOf, testAt } from "./compile-condition.js";

/**
 * The stages that leave, each once, the orders for which `where` holds. Items are tested within the order, by one filter, unless
 * the order's fields and theirs are entangled: then each item is a document for a while.
 */
export function orderRows(where: Condition): readonly Document[] {
  const parts = conjuncts(where);
  const ofItems = parts.filter((part) => readsAny(part, isItem));
  const ofOrder = parts.filter((part) => !ofItems.includes(part)).map((part) => compileCondition(part, orderTest("items.")));
  if (ofItems.some((part) => readsAny(part, isOrder))) return [{ $match: allOf(ofOrder) }, ...rowsByItem(ofItems)];
  return [{ $match: allOf([...ofOrder, ...itemFilters(ofItems)]) }];
}

/** In the documents of orders, or of orders unwound by item: `items.` leads to the item then. */
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
      default:
        return NO_ONE;
    }
  };
}

/** Each range by itself, so that an index of the time leads straight to the orders of each. */
function rangeByRange(test: Test): Condition {
  if (test.kind !== "within" || test.ranges.length === 1) return test;
  return { kind: "any", of: test.ranges.map((range) => ({ ...test, ranges: [range] })) };
}

function itemFilters(parts: readonly Condition[]): readonly Document[] {
  const [first] = parts;
  if (!first) return [];
  if (parts.length === 1 && ONE_OPERATOR.has(first.kind)) return [compileCondition(first, orderTest("items."))];
  const met = { items: { $elemMatch: allOf(parts.map((part) => compileCondition(part, orderTest("")))) } };
  const alone = parts.every((part) => holds(part, NOTHING));
  return [alone ? { $or: [met, { items: { $size: 0 } }] } : met];
}

/** Tests that are one operator on one path: whichever item meets it meets all of it, so the plainest filter will do. */
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

/** In whom every test of an item meets a missing value, as in an order without items. */
const NOTHING = bareCustomer("", 0);

function isItem({ of }: FieldRef): boolean {
  return of === "item";
}

function isOrder({ of }: FieldRef): boolean {
  return of === "order";
}
