import type { OrderItem, StoredOrder } from "@crm-engine/core/ports";
import type { Row } from "../database/driver.js";
import { withFolded } from "../schema/columns.js";
import type { Scope } from "../schema/scope.js";

/** Replaces the lines of an order, in the form that rules search. */
export type WriteItems = (
  order: number,
  { items, placedAt }: Pick<StoredOrder, "items" | "placedAt">,
  before: "none" | "some",
) => void;

/**
 * Products are normalized: the texts of an item are stored once, with their folded forms, so a rule on texts scans products and
 * finds their orders by index. A product whose last order was changed stays; it selects nobody.
 */
export function itemsWriter({ db, tables }: Scope): WriteItems {
  const clear = db.prepare(`DELETE FROM ${tables.items} WHERE order_num = ?`);
  const insert = db.prepare(
    `INSERT INTO ${tables.items} (order_num, line, product, quantity, price, placed_at) VALUES (?, ?, ?, ?, ?, ?)`,
  );
  const find = db.prepare(`SELECT num FROM ${tables.products} WHERE sku = ? AND name IS ? AND category IS ?`);
  const add = db.prepare(
    `INSERT INTO ${tables.products} (sku, sku_folded, name, name_folded, category, category_folded) VALUES (?, ?, ?, ?, ?, ?)`,
  );
  const known = new Map<string, number>();
  const productOf = ({ sku, name, category }: OrderItem): number => {
    const key = JSON.stringify([sku, name, category]);
    const found = known.get(key);
    if (found !== undefined) return found;
    const row = find.get(sku, name ?? null, category ?? null) as Row | undefined;
    const num = Number(row ? row.num : add.run(...[sku, name, category].flatMap(withFolded)).lastInsertRowid);
    known.set(key, num);
    return num;
  };
  return (order, { items, placedAt }, before) => {
    if (before === "some") clear.run(order);
    for (const [line, item] of items.entries()) insert.run(order, line, productOf(item), item.quantity, item.price, placedAt);
  };
}
