import { type Condition, type LineCount, type ProductChoice, ProductSales, type SoldProduct } from "@crm-engine/core/ports";
import { compileCondition } from "../query/compile-condition.js";
import { checkInterrupt } from "../query/compile-target.js";
import { type Compiled, combine } from "../query/expressions.js";
import { interruptibleOptions, NOT_ERASED } from "../query/select-customers.js";
import type { Scope, Tables } from "../schema/scope.js";

/** Of orders that are found otherwise: a plus keeps SQLite from an index of states. */
const PLACED: Compiled = { sql: "+o.status = 'placed'", values: [] };

/**
 * Lines are counted by what they sell, since SQLite's own sums of fractions are not exact, and SKUs are looked up of these counts only: a
 * GROUP BY sorts, and the less it carries the sooner.
 */
export function soldProducts(scope: Scope, condition: Condition, choice: ProductChoice): readonly SoldProduct[] {
  const { db, tables } = scope;
  const options = interruptibleOptions(scope, "set");
  const { from, tests } = "skus" in choice ? byProduct(tables, choice.skus) : byCustomer(tables);
  const { sql, values } = combine([...tests, PLACED, NOT_ERASED, compileCondition(condition, options)], "AND");
  const lines = db.all(
    `SELECT g.*, p.sku FROM (
       SELECT o.type, i.product, i.price, i.quantity, count(*) AS lines FROM ${from}
       WHERE ${sql} GROUP BY i.product, o.type, i.price, i.quantity) g CROSS JOIN ${tables.products} p ON p.num = g.product`,
    ...values,
  );
  const sales = new ProductSales();
  for (const { type, lines: count, ...item } of lines as unknown as readonly Omit<LineCount, "name">[]) {
    sales.add(item, type === "refund" ? -count : count);
  }
  return sales.chosen(choice);
}

/** Where lines are found, and what leads to them. */
interface Source {
  readonly from: string;
  readonly tests: readonly Compiled[];
}

function byProduct({ products, items, orders, customers }: Tables, skus: readonly string[]): Source {
  const numbers = `SELECT num FROM ${products} WHERE sku IN (SELECT value FROM json_each(?))`;
  return {
    from: `${items} i INDEXED BY ${items}_product CROSS JOIN ${orders} o ON o.num = i.order_num CROSS JOIN ${customers} c ON c.num = o.customer`,
    tests: [
      { sql: `i.product IN (${numbers})`, values: [JSON.stringify(skus)] },
      ...checkInterrupt({ interruptible: true }, "i.order_num"),
    ],
  };
}

function byCustomer({ items, orders, customers }: Tables): Source {
  return {
    from: `${customers} c CROSS JOIN ${orders} o INDEXED BY ${orders}_customer ON o.customer = c.num CROSS JOIN ${items} i ON i.order_num = o.num`,
    tests: ["c.num", "o.num"].flatMap((row) => checkInterrupt({ interruptible: true }, row)),
  };
}
