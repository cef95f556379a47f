import { describe, expect, it } from "vitest";
import type { RowInput } from "../../engine/untrusted.js";
import { longestGapMs } from "../../longest-gap.fixture.js";
import { memorySpool } from "../../memory/memory-spool.js";
import type { EdgeContext } from "../../model/edge.js";
import { orderParser } from "../../model/order-input.js";
import { ORDER_LINE_PRESETS, type OrderLineMap } from "../../model/order-line-map.js";
import type { Spool } from "../../ports/spool.js";
import { type GroupedRow, groupOrderLines } from "./group-order-lines.js";

const context: EdgeContext = { currency: "GBP", currencyDecimals: 2, timeZone: "Europe/London" };
const map = ORDER_LINE_PRESETS["online-retail"] as OrderLineMap;

/** A spool in memory that tells whether it was closed. */
function openTestSpool(): Spool & { readonly closed: () => boolean } {
  const groups = new Map<string, string[]>();
  let closed = false;
  return {
    closed: () => closed,
    add: async (key, value) => {
      const values = groups.get(key);
      if (values) values.push(value);
      else groups.set(key, [value]);
    },
    groups: async function* () {
      for (const [key, values] of groups) yield { key, values };
    },
    close: async () => {
      closed = true;
    },
  };
}

function line(row: number, fields: Readonly<Record<string, unknown>> = {}): RowInput {
  const data = {
    InvoiceNo: "536365",
    StockCode: "85123A",
    Description: "HOLDER",
    Quantity: "6",
    InvoiceDate: "2010-12-01 08:26:00",
    UnitPrice: "2.55",
    CustomerID: "17850.0",
    Country: "United Kingdom",
    ...fields,
  };
  return { row, data };
}

async function group(
  rows: Iterable<RowInput> | AsyncIterable<RowInput>,
  lineMap = map,
  edge = context,
): Promise<readonly GroupedRow[]> {
  const results: GroupedRow[] = [];
  for await (const result of groupOrderLines(rows, lineMap, { openSpool: async () => openTestSpool(), context: edge }))
    results.push(result);
  return results;
}

describe("groupOrderLines", () => {
  it("makes one order of lines that lie far apart, placed when the earliest was", async () => {
    const results = await group([
      line(1, { InvoiceDate: "2010-12-01 08:27:00" }),
      line(2, { InvoiceNo: "536366", CustomerID: "13047.0" }),
      line(3, { StockCode: "71053", Description: "", Quantity: "2", UnitPrice: "0.0" }),
    ]);
    expect(results).toEqual([
      {
        rows: [1, 3],
        data: {
          id: "536365",
          customerId: "17850",
          type: "purchase",
          amount: 15.3,
          placedAt: "2010-12-01T08:26:00.000Z",
          items: [
            { sku: "85123A", name: "HOLDER", quantity: 6, price: "2.55" },
            { sku: "71053", quantity: 2, price: "0.0" },
          ],
        },
      },
      { rows: [2], data: expect.objectContaining({ id: "536366", customerId: "13047" }) },
    ]);
    for (const result of results) expect("data" in result && orderParser(context)(result.data).ok).toBe(true);
  });

  it("reads times in the engine's zone", async () => {
    const [order] = await group([line(1, { InvoiceDate: "2011-07-01 08:00:00" })]);
    expect(order).toMatchObject({ data: { placedAt: "2011-07-01T07:00:00.000Z" } });
  });

  it("makes refunds of ids with the prefix, with positive amounts and quantities", async () => {
    const [order] = await group([line(1, { InvoiceNo: "C536379", Quantity: "-1", UnitPrice: "27.50" })]);
    expect(order).toMatchObject({
      data: { id: "C536379", type: "refund", amount: 27.5, items: [{ quantity: 1, price: "27.50" }] },
    });
  });

  it.each([
    { lines: [["1", "0.125"]], amount: 0.12 },
    { lines: [["1", "0.135"]], amount: 0.14 },
    {
      lines: [
        ["1", "0.065"],
        ["1", "0.065"],
      ],
      amount: 0.13,
    },
    {
      lines: [
        ["3", "0.1"],
        ["1", "0.2"],
      ],
      amount: 0.5,
    },
    { lines: [["1.5", "0.03"]], amount: 0.04 },
  ])("adds $lines up exactly and rounds the sum half to even: $amount", async ({ lines, amount }) => {
    const [order] = await group(lines.map(([Quantity, UnitPrice], index) => line(index + 1, { Quantity, UnitPrice })));
    expect(order).toMatchObject({ data: { amount } });
  });

  it.each([
    ["no customer", { CustomerID: "" }, "CustomerID"],
    ["no column for the customer", { CustomerID: undefined }, "CustomerID"],
    ["no invoice", { InvoiceNo: "  " }, "InvoiceNo"],
    ["no sku", { StockCode: "" }, "StockCode"],
    ["a quantity that is no number", { Quantity: "six" }, "Quantity"],
    ["a quantity of zero", { Quantity: "0" }, "Quantity"],
    ["a quantity below zero in a purchase", { Quantity: "-1" }, "Quantity"],
    ["a price that is no number", { UnitPrice: "1e9" }, "UnitPrice"],
    ["a price below zero", { UnitPrice: "-1" }, "UnitPrice"],
    ["a date that does not exist", { InvoiceDate: "2011-02-30 08:00:00" }, "InvoiceDate"],
    ["an id with a control character", { InvoiceNo: "5\u00071" }, "InvoiceNo"],
    ["a name that no store can keep", { Description: "a\0b" }, "Description"],
  ])("rejects a line with %s alone; its neighbours make the order", async (_, wrong, path) => {
    const results = await group([line(1), line(2, wrong), line(3)]);
    expect(results).toEqual([
      { rows: [2], issue: { path, message: expect.stringMatching(/./) } },
      { rows: [1, 3], data: expect.objectContaining({ amount: 30.6 }) },
    ]);
  });

  it("rejects rows that could not be read or are no objects, and passes the reason on", async () => {
    const results = await group([
      { row: 1, issue: { path: "", message: "too long" } },
      { row: 2, data: ["x"] },
      { row: 3, data: null },
    ]);
    expect(results).toEqual([
      { rows: [1], issue: { path: "", message: "too long" } },
      { rows: [2], issue: { path: "InvoiceNo", message: "is missing" } },
      { rows: [3], issue: { path: "InvoiceNo", message: "is missing" } },
    ]);
  });

  it("rejects by name the lines of an order that name another customer than its first", async () => {
    const results = await group([line(1), line(2, { CustomerID: "13047.0" }), line(3)]);
    expect(results[0]).toMatchObject({ rows: [2], issue: { path: "CustomerID", message: expect.stringContaining('"13047"') } });
    expect(results[0]).toMatchObject({ issue: { message: expect.stringContaining('"17850"') } });
    expect(results[1]).toMatchObject({ rows: [1, 3], data: { customerId: "17850" } });
  });

  it("rejects an order whose amount no number holds, with all its rows", async () => {
    const huge = { Quantity: "999999999999999", UnitPrice: "999999999999999" };
    expect(await group([line(1, huge), line(2, huge)])).toEqual([
      { rows: [1, 2], issue: { path: "UnitPrice", message: expect.stringContaining("too large") } },
    ]);
  });

  it("takes columns by the names of the map only, numbers too, and reads no inherited ones", async () => {
    const own = {
      orderId: "id",
      customerId: "constructor",
      placedAt: "at",
      sku: "sku",
      category: "group",
      quantity: "n",
      price: "p",
    };
    const data = { id: 7, constructor: "c-1", at: "2026-01-01T00:00:00Z", sku: "s", group: "g", n: 2, p: 1.25 };
    const { constructor: _, ...without } = data;
    const results = await group(
      [
        { row: 1, data },
        { row: 2, data: without },
      ],
      own,
    );
    expect(results).toEqual([
      { rows: [2], issue: { path: "constructor", message: "is missing" } },
      {
        rows: [1],
        data: expect.objectContaining({
          id: "7",
          customerId: "c-1",
          amount: 2.5,
          items: [{ sku: "s", category: "g", quantity: 2, price: "1.25" }],
        }),
      },
    ]);
  });

  it("yields what is wrong before the input ends", async () => {
    let ended = false;
    async function* rows(): AsyncGenerator<RowInput> {
      yield line(1, { CustomerID: "" });
      ended = true;
    }
    const results = groupOrderLines(rows(), map, { openSpool: async () => openTestSpool(), context });
    expect((await results.next()).value).toMatchObject({ rows: [1] });
    expect(ended).toBe(false);
    await results.return(undefined);
  });

  it("closes its spool when the input breaks off", async () => {
    const spool = openTestSpool();
    async function* rows(): AsyncGenerator<RowInput> {
      yield line(1);
      throw new Error("cut off");
    }
    const consume = async () => {
      for await (const _ of groupOrderLines(rows(), map, { openSpool: async () => spool, context })) expect.unreachable();
    };
    await expect(consume()).rejects.toThrow("cut off");
    expect(spool.closed()).toBe(true);
  });

  it.each([
    ["lines", 10_001, {}, 'order "536365" has more than 10000 lines'],
    ["bytes", 1_000, { Description: "€".repeat(400) }, 'order "536365" is larger than 1048576 bytes of JSON'],
  ])(
    "rejects the lines of an order that has too many %s, some of them together, and goes on",
    async (_, count, fields, message) => {
      const rows = [line(1, { InvoiceNo: "1" }), ...Array.from({ length: count }, (_, index) => line(index + 2, fields))];
      const results = await group([...rows, line(count + 2, { InvoiceNo: "2" }), line(count + 3, { CustomerID: "other" })]);
      const bad = results.filter((result) => "issue" in result && result.issue.message === message);
      expect(bad.flatMap((result) => result.rows)).toEqual(rows.slice(1).map(({ row }) => row));
      expect(Math.max(...bad.map((result) => result.rows.length))).toBe(1_000);
      const rest = results.filter((result) => !bad.includes(result));
      expect(rest).toMatchObject([
        { rows: [1], data: { id: "1" } },
        { rows: [count + 3], issue: { path: "CustomerID" } },
        { rows: [count + 2], data: { id: "2" } },
      ]);
    },
  );

  it("makes an order of as many lines as one may have", async () => {
    const [result] = await group(Array.from({ length: 10_000 }, (_, index) => line(index + 1)));
    expect(result?.rows).toHaveLength(10_000);
    expect(result && "data" in result && orderParser(context)(result.data).ok).toBe(true);
  });

  it("leaves others their turn while it reads and adds up 80,000 lines of some orders", async () => {
    const rows = Array.from({ length: 80_000 }, (_, index) => line(index + 1, { InvoiceNo: String(index % 8) }));
    const results: GroupedRow[] = [];
    const gap = await longestGapMs(async () => {
      for await (const result of groupOrderLines(rows, map, { openSpool: memorySpool(), context })) results.push(result);
    });
    expect(results).toMatchObject(Array.from({ length: 8 }, () => ({ data: { amount: 153_000 } })));
    expect(gap).toBeLessThan(250);
  });
});

describe("lines that say something of their order", () => {
  const exported = ORDER_LINE_PRESETS["crm-engine"] as OrderLineMap;
  const cells = (row: number, fields: Readonly<Record<string, string>>): RowInput => ({
    row,
    data: { id: "o1", customerId: "c1", placedAt: "2026-01-01T00:00:00Z", amount: "9.99", ...fields },
  });
  const item = { sku: " A", itemName: "Lamp ", quantity: "1e-7", price: "1e-7" };

  it("give the order what they say, and its amount need not be what they add up to", async () => {
    const said = { type: "refund", status: "cancelled", currency: "GBP", channel: "web " };
    expect(await group([cells(1, { ...item, ...said }), cells(2, { ...item, channel: "" })], exported)).toEqual([
      {
        rows: [1, 2],
        data: {
          id: "o1",
          customerId: "c1",
          ...said,
          amount: "9.99",
          placedAt: "2026-01-01T00:00:00.000Z",
          items: [1, 2].map(() => ({ sku: " A", name: "Lamp ", quantity: 1e-7, price: 1e-7 })),
        },
      },
    ]);
  });

  it("make an order without items, if they have none", async () => {
    const [order] = await group([cells(1, {})], exported);
    expect(order).toMatchObject({ rows: [1], data: { amount: "9.99", items: [] } });
  });

  it.each([
    [{ ...item, channel: "shop" }, "channel", 'order "o1" has "web" here by its first lines, not "shop"'],
    [{ ...item, amount: "9.9" }, "amount", 'order "o1" has "9.99" here by its first lines, not "9.9"'],
    [{ ...item, price: "" }, "price", "is missing"],
    [{ amount: "" }, "amount", "is missing"],
    [{ ...item, quantity: "0" }, "quantity", "must be a decimal number other than zero"],
    [{ ...item, type: "gift" }, "type", expect.stringContaining("purchase")],
    [{ ...item, amount: "-1" }, "amount", expect.stringContaining("zero or more")],
    [{ ...item, currency: "USD" }, "currency", expect.stringContaining("GBP")],
  ])("are rejected alone where they say something else: %j", async (fields, path, message) => {
    const results = await group([cells(1, { ...item, channel: "web" }), cells(2, fields)], exported);
    expect(results).toContainEqual({ rows: [2], issue: { path, message } });
    expect(results).toContainEqual(expect.objectContaining({ rows: [1], data: expect.anything() }));
  });
});
