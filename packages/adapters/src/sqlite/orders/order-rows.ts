import type { StoredOrder } from "@crm-engine/core/ports";
import { customerIdIn } from "../../former-orders.js";
import type { Row } from "../database/driver.js";
import { optionalNumber, optionalText, parseJson } from "../schema/columns.js";
import type { Tables } from "../schema/scope.js";

/** Columns that `orderOf` reads, of an order `o` and its customer `c`. */
export const ORDER_COLUMNS =
  "o.id, c.id AS customer_id, o.type, o.status, o.amount, o.currency, o.placed_at, o.items, o.channel, o.batch_id, o.batch_row";

export function selectOrders({ customers, orders }: Tables): string {
  return `SELECT ${ORDER_COLUMNS} FROM ${orders} o CROSS JOIN ${customers} c ON c.num = o.customer`;
}

/** What a row can change. */
export function orderValuesOf(row: Row): Omit<StoredOrder, "id" | "customerId" | "batchId" | "row"> {
  return {
    type: row.type === "refund" ? "refund" : "purchase",
    status: row.status === "cancelled" ? "cancelled" : "placed",
    amount: Number(row.amount),
    currency: String(row.currency),
    placedAt: Number(row.placed_at),
    items: parseJson<StoredOrder["items"]>(row.items),
    ...optionalText("channel", row.channel),
  };
}

export function orderOf(row: Row): StoredOrder {
  return {
    id: String(row.id),
    customerId: customerIdIn(String(row.customer_id)),
    ...orderValuesOf(row),
    ...optionalText("batchId", row.batch_id),
    ...optionalNumber("row", row.batch_row),
  };
}
