import { MAX_ORDERS_TOTAL, type MinorUnits, type OrderTotals } from "@crm-engine/core/ports";

/** Orders of one customer that are summed together. Writers that race may overfill a block somewhat. */
const BLOCK_SIZE = 1_000;

/** The sums of one block. */
export interface OrderBlock extends OrderTotals {
  readonly rows: number;
  /** All amounts, those of refunds and cancelled orders too. */
  readonly amounts: MinorUnits;
}

/** A customer's blocks by number. An order stays in the block in which it was first stored. */
export type OrderBlocks = readonly OrderBlock[];

/** What a customer holds of its orders. With one block, the totals are those of the block; `orderBlocks` is there with more. */
export interface OrderSums extends OrderTotals {
  readonly orderRows?: number;
  readonly orderAmounts?: MinorUnits;
  readonly orderBlocks?: OrderBlocks;
}

const NO_ORDERS: OrderBlock = { rows: 0, amounts: 0, orderCount: 0, totalSpend: 0 };

export function blocksIn(sums: OrderSums): OrderBlocks {
  const { orderRows: rows = 0, orderAmounts: amounts = 0, orderBlocks, orderCount, totalSpend } = sums;
  if (orderBlocks) return orderBlocks;
  return rows === 0 ? [] : [{ rows, amounts, orderCount, totalSpend, ...timesOf([sums]) }];
}

/**
 * The amounts of orders that were let in by racing writers may pass the limit; the spend is held within it, so that reads of the
 * customer go on.
 */
export function sumsOf(blocks: OrderBlocks): OrderSums {
  const sum = (of: (block: OrderBlock) => number): number => blocks.reduce((before, block) => before + of(block), 0);
  const spend = sum((block) => block.totalSpend);
  return {
    orderCount: sum((block) => block.orderCount),
    totalSpend: Math.max(-MAX_ORDERS_TOTAL, Math.min(MAX_ORDERS_TOTAL, spend)),
    ...timesOf(blocks),
    ...(blocks.length > 0 ? { orderRows: sum((block) => block.rows), orderAmounts: sum((block) => block.amounts) } : {}),
    ...(blocks.length > 1 ? { orderBlocks: blocks } : {}),
  };
}

/** These blocks, but with those that were summed again; a block that has no order any more ends the list no longer. */
export function withBlocks(blocks: OrderBlocks, summed: ReadonlyMap<number, OrderBlock> = new Map()): OrderBlocks {
  const length = Math.max(blocks.length, ...[...summed.keys()].map((block) => block + 1));
  const all = Array.from({ length }, (_, block) => summed.get(block) ?? blocks[block] ?? NO_ORDERS);
  return all.slice(0, all.findLastIndex(({ rows }) => rows > 0) + 1);
}

interface StandingAmount {
  readonly amount: MinorUnits;
  readonly block: number;
}

/** Takes a customer's orders one after the other: the block of each, or undefined for one that would pass the limit. */
export type Admit = (amount: MinorUnits, before: StandingAmount | undefined) => number | undefined;

export function admission(blocks: OrderBlocks): Admit {
  let last = Math.max(0, blocks.length - 1);
  let rows = blocks[last]?.rows ?? 0;
  let amounts = blocks.reduce((sum, block) => sum + block.amounts, 0);
  return (amount, before) => {
    const more = amount - (before?.amount ?? 0);
    if (more > 0 && more > MAX_ORDERS_TOTAL - amounts) return undefined;
    amounts += more;
    if (before) return before.block;
    if (rows >= BLOCK_SIZE) {
      last += 1;
      rows = 0;
    }
    rows += 1;
    return last;
  };
}

function timesOf(totals: readonly OrderTotals[]): Pick<OrderTotals, "firstOrderAt" | "lastOrderAt"> {
  const firsts = totals.flatMap(({ firstOrderAt }) => firstOrderAt ?? []);
  const lasts = totals.flatMap(({ lastOrderAt }) => lastOrderAt ?? []);
  return {
    ...(firsts.length > 0 ? { firstOrderAt: Math.min(...firsts) } : {}),
    ...(lasts.length > 0 ? { lastOrderAt: Math.max(...lasts) } : {}),
  };
}
