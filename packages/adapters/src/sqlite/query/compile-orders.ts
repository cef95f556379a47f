import type { Condition, FieldRef, OrdersRef } from "@crm-engine/core/ports";
import { compileMeasure } from "./compile-measure.js";
import { asking, type Target } from "./compile-target.js";
import { type Compiled, combine, compileTree, type Leaf, NEVER } from "./expressions.js";
import { orderShare } from "./selectivity.js";
import { type Column, columnTest, wholeNumberTest } from "./value-tests.js";

/** A larger share of all orders is had sooner in the order of customers, from the index of all, than sorted from that by time. */
const SORTED_SHARE = 1 / 10;

type OrderField = Extract<FieldRef, { of: "order" }>["name"];
type ItemField = Extract<FieldRef, { of: "item" }>["name"];

/** Of an order `o`. */
const ORDER_COLUMNS: Readonly<Record<OrderField, Column>> = {
  id: { sql: "o.id", folded: "ifnull(o.id_folded, o.id)", types: ["text"], required: true },
  type: { sql: "o.type", types: ["text"], required: true },
  amount: { sql: "o.amount", types: ["number", "date"], required: true },
  currency: { sql: "o.currency", folded: "lower(o.currency)", types: ["text"], required: true },
  placedAt: { sql: "o.placed_at", types: ["number", "date"], required: true },
  channel: { sql: "o.channel", folded: "ifnull(o.channel_folded, o.channel)", types: ["text"] },
};

/** Of an item `i` and its product `p`. */
const ITEM_COLUMNS: Readonly<Record<ItemField, Column>> = {
  sku: { sql: "p.sku", folded: "ifnull(p.sku_folded, p.sku)", types: ["text"], required: true },
  name: { sql: "p.name", folded: "ifnull(p.name_folded, p.name)", types: ["text"] },
  category: { sql: "p.category", folded: "ifnull(p.category_folded, p.category)", types: ["text"] },
  quantity: { sql: "i.quantity", types: ["number", "date"], required: true },
  price: { sql: "i.price", types: ["number", "date"], required: true },
};

/** Figures over all of a customer's purchases, which stand beside the customer. */
const TOTALS: Partial<Record<OrdersRef["measure"], Column>> = {
  count: { sql: "c.order_count", types: ["number", "date"], required: true },
  first: { sql: "c.first_order_at", types: ["number", "date"] },
  last: { sql: "c.last_order_at", types: ["number", "date"] },
};

/** A test of a measure over a customer's orders. */
export function compileOrders(leaf: Leaf, ref: OrdersRef, target: Target): Compiled {
  const { tables, limits, subqueries } = target;
  const parts = conjuncts(ref.where);
  const total = parts.every(isPurchase) && parts.length > 0 ? TOTALS[ref.measure] : undefined;
  if (total) return columnTest(leaf, total, limits);
  const ofItems = parts.filter((part) => reads(part, "item"));
  const where = [
    ...parts.filter((part) => !ofItems.includes(part)).map((part) => compileTree(part, (test) => orderTest(test, target))),
    ...(ofItems.length > 0 ? [itemsTest({ kind: "all", of: ofItems }, target)] : []),
    ...(subqueries === "set" ? asking(target, "o.num") : []),
  ];
  const bySpan = subqueries === "correlated" || ofItems.length > 0 || orderShare(ref.where, target.span) <= SORTED_SHARE;
  return compileMeasure(leaf, target, {
    source: `${tables.orders} o${bySpan ? "" : ` INDEXED BY ${tables.orders}_customer`}`,
    owner: "o.customer",
    key: "num",
    where: combine(where, "AND"),
    test: measureTest(leaf, ref, target),
    counts: ref.measure === "count",
  });
}

function measureTest(leaf: Leaf, { measure, base = 0 }: OrdersRef, { limits }: Target): Compiled {
  switch (measure) {
    case "first":
      return wholeNumberTest(leaf, { sql: "min(o.placed_at)", values: [] }, limits);
    case "last":
      return wholeNumberTest(leaf, { sql: "max(o.placed_at)", values: [] }, limits);
    case "count":
      return wholeNumberTest(leaf, { sql: "count(*)", values: [] }, limits);
    case "excess":
      return wholeNumberTest(leaf, { sql: "sum(o.amount - ?)", values: [base] }, limits);
    default:
      return wholeNumberTest(leaf, { sql: `${measure}(o.amount)`, values: [] }, limits);
  }
}

/** An order has what one of its items makes true with it, or what is true of it alone where it has none. */
function itemsTest(condition: Condition, target: Target): Compiled {
  const { tables, limits, subqueries } = target;
  const compileItem = (part: Condition): Compiled =>
    compileTree(part, (leaf) =>
      leaf.field.of === "item" ? columnTest(leaf, ITEM_COLUMNS[leaf.field.name], limits) : orderTest(leaf, target),
    );
  const parts = conjuncts(condition);
  const ofProduct = parts.filter((part) => everyLeaf(part, isOfProduct));
  const others = parts.filter((part) => !ofProduct.includes(part));
  const product = combine(ofProduct.map(compileItem), "AND");
  const source = `${tables.items} i${others.some(readsProduct) ? ` JOIN ${tables.products} p ON p.num = i.product` : ""}`;
  const together = subqueries === "set" && !reads(condition, "order");
  const tests = combine(
    [
      ...(ofProduct.length > 0
        ? [{ sql: `(i.product IN (SELECT p.num FROM ${tables.products} p WHERE ${product.sql}))`, values: product.values }]
        : []),
      ...others.map(compileItem),
      ...(together ? asking(target, "i.order_num") : []),
    ],
    "AND",
  );
  const withItem: Compiled = {
    sql: together
      ? `(o.num IN (SELECT i.order_num FROM ${source} WHERE ${tests.sql}))`
      : `EXISTS (SELECT 1 FROM ${source} WHERE i.order_num = o.num AND ${tests.sql})`,
    values: tests.values,
  };
  const alone = compileTree(condition, (leaf) => orderTest(leaf, target));
  return combine([withItem, combine([{ sql: "(o.items = '[]')", values: [] }, alone], "AND")], "OR");
}

/** Where there is no item, its fields are missing. */
function orderTest(leaf: Leaf, { limits }: Target): Compiled {
  return leaf.field.of === "order" ? columnTest(leaf, ORDER_COLUMNS[leaf.field.name], limits) : NEVER;
}

function conjuncts(condition: Condition): readonly Condition[] {
  return condition.kind === "all" ? condition.of.flatMap(conjuncts) : [condition];
}

function isPurchase(condition: Condition): boolean {
  if (condition.kind !== "textIn" || condition.field.of !== "order" || condition.field.name !== "type") return false;
  return condition.values.every((value) => value === "purchase");
}

function reads(condition: Condition, what: "order" | "item"): boolean {
  return someLeaf(condition, ({ field }) => field.of === what);
}

function readsProduct(condition: Condition): boolean {
  return someLeaf(condition, isOfProduct);
}

function isOfProduct({ field }: Leaf): boolean {
  return field.of === "item" && field.name !== "quantity" && field.name !== "price";
}

function everyLeaf(condition: Condition, test: (leaf: Leaf) => boolean): boolean {
  return !someLeaf(condition, (leaf) => !test(leaf));
}

function someLeaf(condition: Condition, test: (leaf: Leaf) => boolean): boolean {
  if (condition.kind === "not") return someLeaf(condition.of, test);
  return "of" in condition ? condition.of.some((part) => someLeaf(part, test)) : test(condition);
}
