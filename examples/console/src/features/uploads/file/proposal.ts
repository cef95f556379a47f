import type { BatchKind } from "@crm-engine/core";
import type { FileHead } from "./file-head";

/** How rows become orders. The API knows these by name. */
export interface OrderMap {
  /** As the API knows it; empty for none. */
  readonly name: string;
  readonly label: string;
  readonly meaning: string;
  /** A file that has these columns is taken for such a one. */
  readonly columns: readonly string[];
}

export const ORDER_MAPS: readonly OrderMap[] = [
  {
    name: "",
    label: "Each row is one order",
    meaning: "Columns are the fields of an order: id, customerId, amount, placedAt, and sku, quantity and price of one item.",
    columns: [],
  },
  {
    name: "online-retail",
    label: "Lines of invoices (Online Retail)",
    meaning:
      "Rows with the same InvoiceNo are one order of CustomerID, placed at InvoiceDate; each is an item (StockCode, Description, Quantity, UnitPrice). An InvoiceNo that begins with C is a refund.",
    columns: ["InvoiceNo", "CustomerID", "InvoiceDate", "StockCode", "Quantity", "UnitPrice"],
  },
  {
    name: "crm-engine",
    label: "Lines of orders, as this engine exports them",
    meaning: "Rows with the same id are one order; each is an item (sku, itemName, quantity, price).",
    columns: ["id", "line", "customerId", "placedAt", "amount"],
  },
];

const ORDER_COLUMNS = ["placedAt", "amount", "customerId", "items"];

export interface Proposal {
  readonly kind: BatchKind;
  readonly map: string;
  /** By which columns. */
  readonly because: string;
}

/** What the file seems to hold, by the names in its head; for somebody to say yes or no to. */
export function propose({ columns }: Pick<FileHead, "columns">): Proposal {
  const map = ORDER_MAPS.find(({ name, columns: needed }) => name !== "" && needed.every((column) => columns.includes(column)));
  if (map !== undefined) return { kind: "orders", map: map.name, because: `it has the columns ${listed(map.columns)}` };
  const seen = ORDER_COLUMNS.filter((column) => columns.includes(column));
  if (seen.length > 1) return { kind: "orders", map: "", because: `it has ${listed(seen)}` };
  return { kind: "customers", map: "", because: columns.length === 0 ? "nothing says otherwise" : "it has no columns of orders" };
}

function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}
