/** What placed orders of a time add up to, in minor units; its parts add up. */
export interface Sales {
  readonly purchases: number;
  readonly purchased: bigint;
  readonly refunds: number;
  readonly refunded: bigint;
}

export const NO_SALES: Sales = { purchases: 0, purchased: 0n, refunds: 0, refunded: 0n };

export function addSales(a: Sales, b: Sales): Sales {
  return {
    purchases: a.purchases + b.purchases,
    purchased: a.purchased + b.purchased,
    refunds: a.refunds + b.refunds,
    refunded: a.refunded + b.refunded,
  };
}

/** Who bought in a time. */
export interface Buyers {
  readonly customers: number;
  /** Had never bought before. */
  readonly newCustomers: number;
  /** Bought more than once in the time. */
  readonly repeatCustomers: number;
}
