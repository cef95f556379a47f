import type { Instant } from "../../model/instant.js";
import type { StoredOrder } from "../../model/order.js";

/** Orders that meet all that is given. */
export interface OrderFilter extends Partial<Pick<StoredOrder, "customerId" | "type" | "status" | "channel" | "batchId">> {
  /** `placedAt` in `[from, to)`. */
  readonly from?: Instant;
  readonly to?: Instant;
  /** One of the items has it. */
  readonly sku?: string;
}

export function meetsFilter(order: StoredOrder, { from, to, sku, ...same }: OrderFilter): boolean {
  return (
    (from === undefined || order.placedAt >= from) &&
    (to === undefined || order.placedAt < to) &&
    (sku === undefined || order.items.some((item) => item.sku === sku)) &&
    (["customerId", "type", "status", "channel", "batchId"] as const).every(
      (name) => same[name] === undefined || order[name] === same[name],
    )
  );
}

/** Of filtered orders; exact, however large. */
export interface FilteredTotals {
  readonly purchaseCount: number;
  readonly purchases: bigint;
  readonly refundCount: number;
  readonly refunds: bigint;
  /** Cancelled orders that meet the filter, and are in none of the above, since no status was asked for. */
  readonly cancelledCount: number;
}

/**
 * Orders of one type and status: their number, and what they add up to in parts of `SUM_UNIT`, `amount = high * SUM_UNIT + low`, so that
 * either sum is exact in a store's own numbers.
 */
export interface OrderGroup extends Pick<StoredOrder, "type" | "status"> {
  readonly count: number;
  readonly high: number;
  readonly low: number;
}
export const SUM_UNIT = 2 ** 20;

export function sumOf({ high, low }: Pick<OrderGroup, "high" | "low">): bigint {
  return BigInt(high) * BigInt(SUM_UNIT) + BigInt(low);
}

/** A cancelled order counts in no sum unless its status was asked for. */
export function filteredTotals(groups: Iterable<OrderGroup>, { status }: Pick<OrderFilter, "status">): FilteredTotals {
  const counts = { purchase: 0, refund: 0, cancelled: 0 };
  const sums = { purchase: 0n, refund: 0n };
  for (const group of groups) {
    if (status === undefined && group.status === "cancelled") {
      counts.cancelled += group.count;
      continue;
    }
    counts[group.type] += group.count;
    sums[group.type] += sumOf(group);
  }
  return {
    purchaseCount: counts.purchase,
    purchases: sums.purchase,
    refundCount: counts.refund,
    refunds: sums.refund,
    cancelledCount: counts.cancelled,
  };
}
