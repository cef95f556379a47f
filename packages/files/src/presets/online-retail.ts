import type { ImportMap } from "@crm-engine/core";
import type { Preset } from "./preset.js";

/**
 * UCI's Online Retail (id 352) and Online Retail II (id 502). The workbook's dates are `12/1/2010 8:26` where Kaggle's CSV of it was saved by
 * Excel, and ISO where pandas saved it, which also writes the customers' numbers as `17850.0`. An invoice that begins with C is a
 * cancellation, with quantities below zero; one that begins with A adjusts bad debt, and has no customer.
 */
const FORMATS = ["YYYY-MM-DD HH:mm:ss", "M/D/YYYY H:mm", "YYYY-MM-DDTHH:mm:ss", "YYYY-MM-DD HH:mm"];

function retail(columns: { readonly invoice: string; readonly price: string; readonly customer: string }): ImportMap {
  return {
    id: { column: columns.invoice, format: "integer" },
    "customer.id": { column: columns.customer, format: "integer" },
    placedAt: { column: "InvoiceDate", format: FORMATS },
    type: { column: columns.invoice, values: { "C*": "refund", "*": "purchase" } },
    "item.sku": "StockCode",
    "item.name": { column: "Description", optional: true },
    "item.quantity": { column: "Quantity", decimal: "." },
    "item.price": { column: columns.price, decimal: "." },
  };
}

export const ONLINE_RETAIL: Preset = {
  name: "online-retail",
  kind: "orders",
  title: "Online Retail (UCI, Kaggle): a line per item",
  map: retail({ invoice: "InvoiceNo", price: "UnitPrice", customer: "CustomerID" }),
};

export const ONLINE_RETAIL_II: Preset = {
  name: "online-retail-ii",
  kind: "orders",
  title: "Online Retail II (UCI, Kaggle): a line per item",
  map: retail({ invoice: "Invoice", price: "Price", customer: "Customer ID" }),
};
