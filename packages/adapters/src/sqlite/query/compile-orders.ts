import { type Condition, conjuncts, type FieldRef, fieldsIn, type OrdersRef, readsAny, type Test } from "@crm-engine/core/ports";
import { compileMeasure } from "./compile-measure.js";
import { checkInterrupt, type Target } from "./compile-target.js";
import { type Compiled, combine, compileTree, NEVER } from "./expressions.js";
import { orderSelectivity } from "./selectivity.js";
import { type Column, columnTest, wholeNumberTest } from "./value-tests.js";

/** Above this selectivity, scanning the index in customer order costs less than sorting, by customer, what the index by time leaves. */
const WORTH_SORTING = 1 / 10;

type OrderField = Extract<FieldRef, { of: "order" }>["name"];
type ItemField = Extract<FieldRef, { of: "item" }>["name"];

/** The columns of an order `o`. */
const ORDER_COLUMNS: Readonly<Record<OrderField, Column>> = {
  id: { sql: "o.id", folded: "ifnull(o.id_folded, o.id)", types: ["text"], required: true },
  type: { sql: "o.type", types: ["text"], required: true },
  status: { sql: "o.status", types: ["text"], required: true },
  amount: { sql: "o.amount", types: ["number", "date"], required: true },
  currency: { sql: "o.currency", folded: "lower(o.currency)", types: ["text"], required: true },
  placedAt: { sql: "o.placed_at", types: ["number", "date"], required: true },
  channel: { sql: "o.channel", folded: "ifnull(o.channel_folded, o.channel)", types: ["text"] },
};

/** The columns of an item `i` and its product `p`. */
const ITEM_COLUMNS: Readonly<Record<ItemField, Column>> = {
  sku: { sql: "p.sku", folded: "ifnull(p.sku_folded, p.sku)", types: ["text"], required: true },
  name: { sql: "p.name", folded: "ifnull(p.name_folded, p.name)", types: ["text"] },
  category: { sql: "p.category", folded: "ifnull(p.category_folded, p.category)", types: ["text"] },
  quantity: { sql: "i.quantity", types: ["number", "date"], required: true },
  price: { sql: "i.price", types: ["number", "date"], required: true },
};

/** Measures over all of a customer's placed purchases that are kept with the customer. */
const TOTALS: Partial<Record<OrdersRef["measure"], Column>> = {
  count: { sql: "c.order_count", types: ["number", "date"], required: true },
  first: { sql: "c.first_order_at", types: ["number", "date"] },
  last: { sql: "c.last_order_at", types: ["number", "date"] },
};

/** A test of a measure over a customer's orders. */
export function compileOrders(test: Test, ref: OrdersRef, target: Target): Compiled {
  const { tables, limits, subqueries } = target;
  const parts = conjuncts(ref.where);
  const total = arePlacedPurchases(parts) ? TOTALS[ref.measure] : undefined;
  if (total) return columnTest(test, total, limits);
  const ofOrder = parts.filter((part) => !readsAny(part, isItem));
  const ofItems = parts.filter((part) => readsAny(part, isItem));
  const where = [
    ...ofOrder.map((part) => compileTree(part, (one) => orderTest(one, target))),
    ...(ofItems.length > 0 ? [itemsTest(ofItems, target)] : []),
    ...checkInterrupt(target, "o.num"),
  ];
  const byTime = subqueries === "correlated" || ofItems.length > 0 || orderSelectivity(ref.where, target.span) <= WORTH_SORTING;
  return compileMeasure(test, target, {
    source: `${tables.orders} o${byTime ? "" : ` INDEXED BY ${tables.orders}_customer`}`,
    owner: "o.customer",
    key: "num",
    where: combine(where, "AND"),
    having: wholeNumberTest(test, aggregateOf(ref), limits),
  });
}

function aggregateOf({ measure, base = 0 }: OrdersRef): Compiled {
  switch (measure) {
    case "count":
      return { sql: "count(*)", values: [] };
    case "sum":
    case "min":
    case "max":
      return { sql: `${measure}(o.amount)`, values: [] };
    case "excess":
      return { sql: "sum(o.amount - ?)", values: [base] };
    case "first":
      return { sql: "min(o.placed_at)", values: [] };
    case "last":
      return { sql: "max(o.placed_at)", values: [] };
  }
}

/** Whether one of an order's items makes all parts true or, where it has no items, the order alone does. */
function itemsTest(parts: readonly Condition[], target: Target): Compiled {
  const alone = combine(
    parts.map((part) => compileTree(part, (test) => orderTest(test, target))),
    "AND",
  );
  return combine([withItem(parts, target), combine([{ sql: "(o.items = '[]')", values: [] }, alone], "AND")], "OR");
}

function withItem(parts: readonly Condition[], target: Target): Compiled {
  const { tables, limits, subqueries } = target;
  const compileItem = (part: Condition): Compiled =>
    compileTree(part, (test) =>
      test.field.of === "item" ? columnTest(test, ITEM_COLUMNS[test.field.name], limits) : orderTest(test, target),
    );
  const ofProduct = parts.filter((part) => fieldsIn(part).every(isOfProduct));
  const others = parts.filter((part) => !fieldsIn(part).every(isOfProduct));
  const product = combine(ofProduct.map(compileItem), "AND");
  const readsProduct = others.some((part) => readsAny(part, isOfProduct));
  const source = `${tables.items} i${readsProduct ? ` JOIN ${tables.products} p ON p.num = i.product` : ""}`;
  const asSet = subqueries === "set" && !parts.some((part) => readsAny(part, isOrder));
  const tests = combine(
    [
      ...(ofProduct.length > 0
        ? [{ sql: `(i.product IN (SELECT p.num FROM ${tables.products} p WHERE ${product.sql}))`, values: product.values }]
        : []),
      ...others.map(compileItem),
      ...(asSet ? checkInterrupt(target, "i.order_num") : []),
    ],
    "AND",
  );
  const sql = asSet
    ? `(o.num IN (SELECT i.order_num FROM ${source} WHERE ${tests.sql}))`
    : `EXISTS (SELECT 1 FROM ${source} WHERE i.order_num = o.num AND ${tests.sql})`;
  return { sql, values: tests.values };
}

/** A test of the order alone: it has no fields of items, so a test of one of these never holds. */
function orderTest(test: Test, { limits }: Target): Compiled {
  return test.field.of === "order" ? columnTest(test, ORDER_COLUMNS[test.field.name], limits) : NEVER;
}

/** Whether these parts say just what orders the totals count. */
function arePlacedPurchases(parts: readonly Condition[]): boolean {
  const arePurchases = (part: Condition): boolean => isOrderText(part, "type", "purchase");
  const arePlaced = (part: Condition): boolean => isOrderText(part, "status", "placed");
  return parts.some(arePurchases) && parts.some(arePlaced) && parts.every((part) => arePurchases(part) || arePlaced(part));
}

function isOrderText(part: Condition, name: OrderField, text: string): boolean {
  if (part.kind !== "textIn" || part.field.of !== "order" || part.field.name !== name) return false;
  return part.values.every((value) => value === text);
}

function isOrder({ of }: FieldRef): boolean {
  return of === "order";
}

function isItem({ of }: FieldRef): boolean {
  return of === "item";
}

function isOfProduct(field: FieldRef): boolean {
  return field.of === "item" && field.name !== "quantity" && field.name !== "price";
}
