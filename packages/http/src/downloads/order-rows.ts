import type { Order } from "@crm-engine/core";
import type { CsvRow } from "./csv-download.js";

/** Those of the map `crm-engine`; then the number of the line, and by which row of which upload the order was last written. */
export const ORDER_COLUMNS = [
  "id",
  "line",
  "customerId",
  "type",
  "status",
  "amount",
  "currency",
  "placedAt",
  "channel",
  "sku",
  "itemName",
  "category",
  "quantity",
  "price",
  "batchId",
  "row",
];

/** A row for each item, with all that there is of the order; one row for an order without items. */
export function orderRows({ items, ...order }: Order): readonly CsvRow[] {
  if (items.length === 0) return [{ ...order }];
  return items.map(({ name, ...item }, index) => ({
    ...order,
    ...item,
    line: index + 1,
    ...(name === undefined ? {} : { itemName: name }),
  }));
}
