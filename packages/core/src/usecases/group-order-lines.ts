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
