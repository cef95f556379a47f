import {
  type LineCount,
  type OrderLink,
  type Page,
  type PageRequest,
  pageOf,
  readCursor,
  type TimeSpan,
} from "@crm-engine/core/ports";
import type { Row } from "../database/driver.js";
import { checkInterrupt } from "../query/compile-target.js";
import { combine } from "../query/expressions.js";
import { optionalNumber, optionalText } from "../schema/columns.js";
import type { Scope } from "../schema/scope.js";

export function orderLinks({ db, tables }: Scope, { from, to }: TimeSpan, page: PageRequest): Page<OrderLink> {
  const after = readCursor(page.cursor, ["number", "string"]);
  const purchases = `SELECT p.placed_at FROM ${tables.orders} p WHERE p.customer = o.customer AND p.type = 'purchase' AND p.status = 'placed'`;
  const earlier = `${purchases} AND (p.placed_at, p.id) < (o.placed_at, o.id) ORDER BY p.placed_at DESC, p.id DESC LIMIT 1`;
  const rows = db.all(
    `SELECT o.id, o.type, o.amount, o.placed_at, (${purchases} ORDER BY p.placed_at LIMIT 1) AS first, (${earlier}) AS previous,
       (${earlier} OFFSET 1) AS before_previous
     FROM ${tables.orders} o INDEXED BY ${tables.orders}_placed
     WHERE o.placed_at >= ? AND o.placed_at < ? AND o.status = 'placed' ${after ? "AND (o.placed_at, o.id) > (?, ?)" : ""}
     ORDER BY o.placed_at, o.id LIMIT ?`,
    Math.max(from, after?.[0] ?? from),
    to,
    ...(after ?? []),
    page.limit + 1,
  );
  return pageOf(rows, page, (row) => [Number(row.placed_at), String(row.id)], linkOf);
}

function linkOf({ type, amount, placed_at, first, previous, before_previous }: Row): OrderLink {
  const sums = { amount: Number(amount), placedAt: Number(placed_at) };
  if (type === "refund") return { type: "refund", ...sums };
  return {
    type: "purchase",
    ...sums,
    ...optionalNumber("first", first),
    ...optionalNumber("previous", previous),
    ...optionalNumber("beforePrevious", before_previous),
  };
}

export function orderLines({ db, tables }: Scope, { from, to }: TimeSpan): readonly LineCount[] {
  const { sql, values } = combine(
    [
      ...checkInterrupt({ interruptible: true }, "o.num"),
      { sql: "o.placed_at >= ? AND o.placed_at < ? AND o.status = 'placed'", values: [from, to] },
    ],
    "AND",
  );
  const rows = db.all(
    `SELECT o.type, p.sku, p.name, i.price, i.quantity, count(*) AS lines
     FROM ${tables.orders} o INDEXED BY ${tables.orders}_placed
     CROSS JOIN ${tables.items} i ON i.order_num = o.num CROSS JOIN ${tables.products} p ON p.num = i.product
     WHERE ${sql} GROUP BY o.type, i.product, i.price, i.quantity`,
    ...values,
  );
  return rows.map(({ name, ...line }) => ({ ...(line as unknown as LineCount), ...optionalText("name", name) }));
}
