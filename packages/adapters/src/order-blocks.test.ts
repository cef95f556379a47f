import { MAX_ORDERS_TOTAL } from "@crm-engine/core/ports";
import { describe, expect, it } from "vitest";
import { admission, blocksIn, type OrderBlock, sumsOf, withBlocks } from "./order-blocks.js";

const block = (rows: number, change: Partial<OrderBlock> = {}): OrderBlock => ({
  rows,
  amounts: rows * 10,
  orderCount: rows,
  totalSpend: rows * 10,
  firstOrderAt: 1,
  lastOrderAt: rows,
  ...change,
});

describe("order blocks", () => {
  it("are held as the totals themselves while there is one, and beside them with more", () => {
    for (const blocks of [[], [block(3)], [block(1_000), block(7)]]) expect(blocksIn(sumsOf(blocks))).toEqual(blocks);
    expect(sumsOf([block(3)])).not.toHaveProperty("orderBlocks");
    expect(sumsOf([block(1_000), block(7, { firstOrderAt: -5 })])).toMatchObject({
      orderCount: 1_007,
      totalSpend: 10_070,
      orderRows: 1_007,
      orderAmounts: 10_070,
      firstOrderAt: -5,
      lastOrderAt: 1_000,
    });
  });

  it("take what was summed again, leave gaps empty, and end with the last that has an order", () => {
    const gap = { rows: 0, amounts: 0, orderCount: 0, totalSpend: 0 };
    expect(withBlocks([block(5)], new Map([[2, block(1)]]))).toEqual([block(5), gap, block(1)]);
    expect(withBlocks([block(5), block(4)], new Map([[0, block(6)]]))).toEqual([block(6), block(4)]);
    expect(withBlocks([block(5), gap])).toEqual([block(5)]);
    expect(withBlocks([])).toEqual([]);
  });

  it("are filled one after the other, and an order that is stored stays in its own", () => {
    const admit = admission([block(1_000), block(998)]);
    const places = [1, 2, 3, 4].map((amount) => admit(amount, undefined));
    expect([...places, admit(9, { amount: 5, block: 0 })]).toEqual([1, 1, 2, 2, 0]);
    expect(admission([])(1, undefined)).toBe(0);
  });

  it("refuse what would pass the limit, whatever the spend, and let it be lowered even beyond", () => {
    const admit = admission([block(1, { amounts: MAX_ORDERS_TOTAL - 10, totalSpend: 0 })]);
    expect([11, 10, 1, 0].map((amount) => admit(amount, undefined))).toEqual([undefined, 0, undefined, 0]);
    expect(admit(21, { amount: 20, block: 0 })).toBeUndefined();
    const beyond = admission([block(1, { amounts: MAX_ORDERS_TOTAL + 1_001 })]);
    expect([beyond(1, undefined), beyond(5, { amount: 6, block: 0 })]).toEqual([undefined, 0]);
    const spent = { amounts: MAX_ORDERS_TOTAL, totalSpend: MAX_ORDERS_TOTAL };
    expect(sumsOf([block(1, spent), block(1, spent)]).totalSpend).toBe(MAX_ORDERS_TOTAL);
  });
});
