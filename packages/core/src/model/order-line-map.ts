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
  /** Order ids that begin with this are refunds. */
  readonly refundPrefix?: string;
  /** Ids such as `17850.0`, as spreadsheets write them, lose their `.0`. */
  readonly integerIds?: boolean;
}

/** Maps for well-known formats, by name. */
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
};
