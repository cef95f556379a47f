import type { BatchKind } from "@crm-engine/core";

/** What columns are often called, without case, spaces and signs, by the field that they are then taken for. */
const CALLED: Readonly<Record<BatchKind, Readonly<Record<string, readonly string[]>>>> = {
  customers: {
    id: ["id", "customerid", "customernumber", "customerno", "contactid", "userid"],
    email: ["email", "emailaddress", "mail", "emailid"],
    phone: ["phone", "phonenumber", "mobile", "mobilephone", "telephone", "tel"],
    name: ["name", "fullname", "firstname", "lastname", "surname", "customername"],
    timeZone: ["timezone"],
    tags: ["tags", "labels"],
  },
  orders: {
    id: ["id", "orderid", "ordernumber", "orderno", "invoice", "invoiceno", "invoicenumber"],
    "customer.id": ["customerid", "customernumber", "customerno"],
    "customer.email": ["email", "emailaddress", "customeremail", "mail"],
    "customer.name": ["customername", "name"],
    placedAt: ["date", "orderdate", "createdat", "placedat", "paidat", "invoicedate"],
    amount: ["amount", "total", "ordertotal", "grandtotal"],
    currency: ["currency", "currencycode"],
    "item.sku": ["sku", "productid", "itemsku", "stockcode"],
    "item.name": ["product", "productname", "itemname", "description"],
    "item.quantity": ["quantity", "qty"],
    "item.price": ["price", "unitprice", "itemprice"],
  },
};

/** The field to propose for a column, by its name alone. A customer's other columns become attributes; an order has no such place. */
export function guessField(kind: BatchKind, name: string): string | undefined {
  const plain = name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");
  const found = Object.entries(CALLED[kind]).find(([, names]) => names.includes(plain))?.[0];
  return found ?? (kind === "customers" && name !== "" ? `attributes.${name}` : undefined);
}
