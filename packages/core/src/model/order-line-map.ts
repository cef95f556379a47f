/** Which columns of a line-per-item file make an order. */
export interface OrderLineMap {
  readonly orderId: string;
  readonly customerId: string;
  readonly placedAt: string;
  readonly sku: string;
  readonly itemName?: string;
  readonly category?: string;
  readonly quantity: string;
  readonly price: string;
  /** Of the order: its lines must agree, and an empty cell says nothing. */
  readonly type?: string;
  readonly status?: string;
  readonly currency?: string;
  readonly channel?: string;
  /** What was paid; the sum of the lines, if absent. With it a line may have no item. */
  readonly amount?: string;
  /** Order ids that begin with this are refunds. */
  readonly refundPrefix?: string;
  /** Ids such as `17850.0`, as spreadsheets write them, lose their `.0`. */
  readonly integerIds?: boolean;
  /** Cells are as `GET /api/orders.csv` writes them: text with its spaces, and numbers as JSON has them. */
  readonly verbatim?: boolean;
}

/** Columns of a line that say something of its order, by its field. */
export const ORDER_CELLS = ["type", "status", "currency", "channel", "amount"] as const;

/** Maps for well-known formats, by name; `crm-engine` is that of `GET /api/orders.csv`. */
export const ORDER_LINE_PRESETS: Readonly<Record<string, OrderLineMap>> = {
  "online-retail": {
    orderId: "InvoiceNo",
    customerId: "CustomerID",
    placedAt: "InvoiceDate",
    sku: "StockCode",
    itemName: "Description",
    quantity: "Quantity",
    price: "UnitPrice",
    refundPrefix: "C",
    integerIds: true,
  },
  "crm-engine": {
    orderId: "id",
    customerId: "customerId",
    placedAt: "placedAt",
    sku: "sku",
    itemName: "itemName",
    category: "category",
    quantity: "quantity",
    price: "price",
    type: "type",
    status: "status",
    currency: "currency",
    channel: "channel",
    amount: "amount",
    verbatim: true,
  },
};
