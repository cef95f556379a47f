import { type Condition, type LineCount, type ProductChoice, ProductSales, type SoldProduct } from "@crm-engine/core/ports";
import { compileCondition } from "../query/compile-condition.js";
import { checkInterrupt } from "../query/compile-target.js";
import { type Compiled, combine } from "../query/expressions.js";
import { interruptibleOptions, NOT_ERASED } from "../query/select-customers.js";
import type { Scope, Tables } from "../schema/scope.js";

const PLACED: Compiled = { sql: "+o.status = 'placed'", values: [] };

/** Some products are found by their lines, and all by the customers and their orders. */
export function soldProducts(scope: Scope, condition: Condition, choice: ProductChoice): readonly SoldProduct[] {
  const options = interruptibleOptions(scope, "set");
  const { sql, values } = combine(
    [
      ...("skus" in choice ? [skuTest(choice.skus)] : []),
      ...("skus" in choice ? checkInterrupt(options, "i.order_num") : checkInterrupt(options, "c.num")),
      ...("skus" in choice ? [] : checkInterrupt(options, "o.num")),
      PLACED,
      NOT_ERASED,
      compileCondition(condition, options),
    ],
    "AND",
  );
  const lines = scope.db.all(
    `SELECT o.type, p.sku, i.price, i.quantity, count(*) AS lines
     FROM ${"skus" in choice ? byProduct(scope.tables) : byCustomer(scope.tables)}
     WHERE ${sql} GROUP BY o.type, i.product, i.price, i.quantity`,
    ...values,
  );
  const sales = new ProductSales();
  for (const { type, lines: count, ...item } of lines as unknown as readonly Omit<LineCount, "name">[]) {
    sales.add(item, type === "refund" ? -count : count);
  }
  return sales.chosen(choice);
}

function skuTest(skus: readonly string[]): Compiled {
  return { sql: "p.sku IN (SELECT value FROM json_each(?))", values: [JSON.stringify(skus)] };
}

function byProduct({ products, items, orders, customers }: Tables): string {
  return `${products} p INDEXED BY ${products}_sku CROSS JOIN ${items} i INDEXED BY ${items}_product ON i.product = p.num
     CROSS JOIN ${orders} o ON o.num = i.order_num CROSS JOIN ${customers} c ON c.num = o.customer`;
}

function byCustomer({ products, items, orders, customers }: Tables): string {
  return `${customers} c CROSS JOIN ${orders} o INDEXED BY ${orders}_customer ON o.customer = c.num
     CROSS JOIN ${items} i ON i.order_num = o.num CROSS JOIN ${products} p ON p.num = i.product`;
}
