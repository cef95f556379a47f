import { describe, expect, it } from "vitest";
import type { RowInput } from "../../engine/untrusted.js";
import { longestGapMs } from "../../longest-gap.fixture.js";
import { memorySpool } from "../../memory/memory-spool.js";
import type { EdgeContext } from "../../model/edge.js";
import type { OrderLine, OrderLineNames } from "../../model/imports/order-line.js";
import { orderParser } from "../../model/order-input.js";
import type { Spool } from "../../ports/spool.js";
import { groupOrderLines } from "./group-order-lines.js";
import type { GroupedRow } from "./line-order.js";

const context: EdgeContext = { currency: "GBP", currencyDecimals: 2, timeZone: "Europe/London" };
/** As the map of Online Retail calls them. */
const names: OrderLineNames = {
  id: "InvoiceNo",
  "customer.id": "CustomerID",
  placedAt: "InvoiceDate",
  "item.sku": "StockCode",
  "item.name": "Description",
  "item.quantity": "Quantity",
  "item.price": "UnitPrice",
};

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

function line(row: number, cells: OrderLine | { readonly [target: string]: unknown } = {}): RowInput {
  const data = {
    id: "536365",
    "item.sku": "85123A",
    "item.name": "HOLDER",
    "item.quantity": "6",
    placedAt: "2010-12-01 08:26:00",
    "item.price": "2.55",
    "customer.id": "17850",
    ...cells,
  };
  return { row, data };
}

async function group(
  rows: Iterable<RowInput> | AsyncIterable<RowInput>,
  of: OrderLineNames = names,
  edge = context,
): Promise<readonly GroupedRow[]> {
  const results: GroupedRow[] = [];
  for await (const result of groupOrderLines(rows, of, { openSpool: async () => openTestSpool(), context: edge }))
    results.push(result);
  return results;
}

/** Which rows were stored, under which order, and why the others were not. */
function fates(results: readonly GroupedRow[]): readonly (readonly [readonly number[], string])[] {
  return results.map((result) => [
    result.rows,
    "issue" in result ? `${result.issue.path}: ${result.issue.message}` : String((result.data as { readonly id: string }).id),
  ]);
}

const WHOLE = 'InvoiceNo: order "536365" is rejected whole:';

describe("groupOrderLines", () => {
  it("makes one order of lines that lie far apart, placed when the earliest was", async () => {
    const results = await group([
      line(1, { placedAt: "2010-12-01 08:27:00" }),
      line(2, { id: "536366", "customer.id": "13047" }),
      line(3, { "item.sku": "71053", "item.name": "", "item.quantity": "2", "item.price": "0.0" }),
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

  it("keeps the line of each row, in what it stores and in what it says", async () => {
    const results = await group([
      { ...line(1), line: 2 },
      { row: 2, line: 5, issue: { path: "", message: "is broken" } },
      { ...line(3, { id: "2" }), line: 6 },
      { ...line(4, { id: "3" }), line: 7 },
      { ...line(5, { id: "3", "item.price": "x" }), line: 9 },
      { ...line(6, { id: "4" }), line: 10 },
      { ...line(7, { id: "4" }), line: 12 },
    ]);
    const places = results.map(({ rows, lines, ...rest }) => [rows, lines, "issue" in rest ? rest.issue.message : "stored"]);
    expect(places).toEqual([
      [[2], [5], "is broken"],
      [[1], [2], `${WHOLE.slice("InvoiceNo: ".length)} row 2 (line 5) beside it can't be read, and may be of it`],
      [[3], [6], 'order "2" is rejected whole: row 2 (line 5) beside it can\'t be read, and may be of it'],
      [[5], [9], expect.stringContaining("decimal")],
      [[4], [7], 'order "3" is rejected whole: row 5 (line 9) of it can\'t be used'],
      [[6, 7], [10, 12], "stored"],
    ]);
  });

  it("reads times in the engine's zone", async () => {
    const [order] = await group([line(1, { placedAt: "2011-07-01 08:00:00" })]);
    expect(order).toMatchObject({ data: { placedAt: "2011-07-01T07:00:00.000Z" } });
  });

  it("makes refunds of ids with the prefix, with positive amounts and quantities", async () => {
    const [order] = await group([line(1, { id: "C536379", type: "refund", "item.quantity": "-1", "item.price": "27.50" })]);
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
    const [order] = await group(
      lines.map(([Quantity, UnitPrice], index) => line(index + 1, { "item.quantity": Quantity, "item.price": UnitPrice })),
    );
    expect(order).toMatchObject({ data: { amount } });
  });

  it.each([
    ["no sku", { "item.sku": "" }, "StockCode"],
    ["a quantity that is no number", { "item.quantity": "six" }, "Quantity"],
    ["a quantity of zero", { "item.quantity": "0" }, "Quantity"],
    ["a quantity below zero in a purchase", { "item.quantity": "-1" }, "Quantity"],
    ["no quantity in its column", { "item.quantity": undefined }, "Quantity"],
    ["a price that is no number", { "item.price": "1e9" }, "UnitPrice"],
    ["a price below zero", { "item.price": "-1" }, "UnitPrice"],
    ["a date that does not exist", { placedAt: "2011-02-30 08:00:00" }, "InvoiceDate"],
    ["a name that no store can keep", { "item.name": "a\0b" }, "Description"],
    ["another customer", { "customer.id": "13047" }, "CustomerID"],
    ["no email address", { "customer.email": "nobody" }, "customer.email"],
    ["a type that is none", { type: "gift" }, "type"],
  ])("a line with %s spoils its order, with all its lines named, and no other", async (_, wrong, path) => {
    const results = await group([line(1), line(2, wrong), line(3), line(4, { id: "2" })]);
    expect(fates(results)).toEqual([
      [[2], expect.stringMatching(new RegExp(`^${path}: .`))],
      [[1, 3], `${WHOLE} row 2 of it can't be used`],
      [[4], "2"],
    ]);
  });

  it("rejects an order that no line says the customer of, its other faults or not", async () => {
    const nobody = { "customer.id": "" };
    const results = await group([line(1, nobody), line(2, { ...nobody, "item.price": "-1" }), line(3, { ...nobody, id: "2" })]);
    expect(fates(results)).toEqual([
      [[1, 2], "CustomerID: is missing"],
      [[3], "CustomerID: is missing"],
    ]);
  });

  it("a line of which not even the order can be read spoils the orders of the readable lines beside it", async () => {
    const unreadable = (row: number): RowInput => ({ row, issue: { path: "", message: "too long" } });
    const results = await group([
      line(1, { id: "1" }),
      line(2, { id: "2" }),
      unreadable(3),
      { row: 4, data: ["x"] },
      line(5, { id: "5\u00071" }),
      line(6, { id: "6" }),
      line(7, { id: "1" }),
      line(8, { id: "6" }),
    ]);
    expect(fates(results)).toEqual([
      [[3], ": too long"],
      [[4], "InvoiceNo: is missing"],
      [[5], expect.stringMatching(/^InvoiceNo: must not hold/)],
      [[1, 7], "1"],
      [[2], 'InvoiceNo: order "2" is rejected whole: row 3 beside it can\'t be read, and may be of it'],
      [[6, 8], 'InvoiceNo: order "6" is rejected whole: row 3 beside it can\'t be read, and may be of it'],
    ]);
    expect(fates(await group([unreadable(1), line(2), line(3, { id: "2" }), unreadable(4)]))).toEqual([
      [[1], ": too long"],
      [[4], ": too long"],
      [[2], `${WHOLE} row 1 beside it can't be read, and may be of it`],
      [[3], expect.stringContaining("row 4 beside it")],
    ]);
  });

  it("a row that was refused before it got here spoils the order that it is known to be of", async () => {
    const results = await group([line(1), { row: 2, issue: { path: "Date", message: "is none" }, orderId: "536365" }, line(3)]);
    expect(fates(results)).toEqual([
      [[2], "Date: is none"],
      [[1, 3], `${WHOLE} row 2 of it can't be used`],
    ]);
  });

  it("rejects an order whose amount no number holds, with all its rows", async () => {
    const huge = { "item.quantity": "999999999999999", "item.price": "999999999999999" };
    expect(await group([line(1, huge), line(2, huge)])).toEqual([
      { rows: [1, 2], issue: { path: "UnitPrice", message: expect.stringContaining("too large") } },
    ]);
  });

  it("takes the line's own members only, and numbers too", async () => {
    const data = { id: 7, "customer.id": "c-1", placedAt: "2026-01-01T00:00:00Z", "item.sku": "s", "item.price": 1.25 };
    const inherited = Object.create(data) as object;
    const results = await group(
      [
        { row: 1, data: inherited },
        { row: 2, data },
      ],
      {},
    );
    expect(results[0]).toEqual({ rows: [1], issue: { path: "id", message: "is missing" } });
    expect(fates([results[1] as GroupedRow])).toEqual([[[2], expect.stringContaining("row 1 beside it")]]);
    expect((await group([{ row: 2, data }], {}))[0]).toMatchObject({
      data: { id: "7", customerId: "c-1", amount: 1.25, items: [{ sku: "s", quantity: 1, price: 1.25 }] },
    });
  });

  it("yields what is wrong before the input ends", async () => {
    let ended = false;
    async function* rows(): AsyncGenerator<RowInput> {
      yield line(1, { id: "" });
      ended = true;
    }
    const results = groupOrderLines(rows(), names, { openSpool: async () => openTestSpool(), context });
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
      for await (const _ of groupOrderLines(rows(), names, { openSpool: async () => spool, context })) expect.unreachable();
    };
    await expect(consume()).rejects.toThrow("cut off");
    expect(spool.closed()).toBe(true);
  });

  it.each([
    ["lines", 10_001, {}, /has more than 10000 lines|is rejected whole/],
    ["bytes", 1_000, { "item.name": "€".repeat(400) }, /is larger than 1048576 bytes of JSON|is rejected whole/],
  ])(
    "rejects the lines of an order that has too many %s, some of them together, and goes on",
    async (_, count, fields, message) => {
      const rows = [line(1, { id: "1" }), ...Array.from({ length: count }, (_, index) => line(index + 2, fields))];
      const results = await group([...rows, line(count + 2, { id: "2" }), line(count + 3, { "item.price": "-1" })]);
      const bad = results.filter((result) => "issue" in result && result.rows[0] !== count + 3);
      expect(bad[0]).toMatchObject({ issue: { message: expect.stringMatching(message) } });
      expect(bad.flatMap((result) => result.rows)).toEqual(rows.slice(1).map(({ row }) => row));
      expect(Math.max(...bad.map((result) => result.rows.length))).toBe(1_000);
      const rest = results.filter((result) => !bad.includes(result));
      expect(rest).toMatchObject([
        { rows: [1], data: { id: "1" } },
        { rows: [count + 3], issue: { path: "UnitPrice" } },
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
    const rows = Array.from({ length: 80_000 }, (_, index) => line(index + 1, { id: String(index % 8) }));
    const results: GroupedRow[] = [];
    const gap = await longestGapMs(async () => {
      for await (const result of groupOrderLines(rows, names, { openSpool: memorySpool(), context })) results.push(result);
    });
    expect(results).toMatchObject(Array.from({ length: 8 }, () => ({ data: { amount: 153_000 } })));
    expect(gap).toBeLessThan(250);
  });
});

describe("lines that say something of their order", () => {
  const own: OrderLineNames = { "customer.id": "customerId", amount: "amount", "item.quantity": "quantity" };
  const cells = (row: number, fields: OrderLine): RowInput => ({
    row,
    data: { id: "o1", "customer.id": "c1", placedAt: "2026-01-01T00:00:00Z", amount: "9.99", ...fields },
  });
  const item = { "item.sku": " A", "item.name": "Lamp ", "item.quantity": 1e-7, "item.price": 1e-7 };

  it("give the order what they say, and its amount need not be what they add up to", async () => {
    const said = { type: "refund", status: "cancelled", currency: "GBP", channel: "web " };
    expect(await group([cells(1, { ...item, ...said }), cells(2, { ...item, channel: "" })], own)).toEqual([
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
    const [order] = await group([cells(1, {})], own);
    expect(order).toMatchObject({ rows: [1], data: { amount: "9.99", items: [] } });
  });

  it("may each say a part, on the first line or on a later one", async () => {
    const said = {
      "customer.email": "Ada@Example.com",
      "customer.name": "Ada",
      currency: "GBP",
      shipping: "4.00",
      discount: "-0.50",
    };
    const goods = { id: "o1", "item.sku": "a", "item.quantity": "2", "item.price": "1.25", "item.shipping": "0.10" };
    const parts = {
      "customer.email": "ada@example.com",
      "customer.phone": "+44 20 7946 0000",
      placedAt: "2026-01-02",
      shipping: 4,
    };
    const [order] = await group([
      { row: 1, data: { ...goods, ...said } },
      { row: 2, data: goods },
      { row: 3, data: { ...goods, ...parts } },
    ]);
    expect(order).toEqual({
      rows: [1, 2, 3],
      data: {
        id: "o1",
        customer: { email: "ada@example.com", phone: "+442079460000", name: "Ada" },
        type: "purchase",
        currency: "GBP",
        amount: 11.3,
        placedAt: "2026-01-02T00:00:00.000Z",
        items: [1, 2, 3].map(() => ({ sku: "a", quantity: 2, price: "1.25" })),
      },
    });
    expect(order && "data" in order && orderParser(context)(order.data).ok).toBe(true);
  });

  it.each<[OrderLine, string, unknown]>([
    [{ ...item, channel: "shop" }, "channel", 'order "o1" has "web" here by its first lines, not "shop"'],
    [{ ...item, amount: "9.9" }, "amount", 'order "o1" has "9.99" here by its first lines, not "9.9"'],
    [{ ...item, "item.price": "" }, "item.price", "is missing"],
    [{ ...item, "item.quantity": 0 }, "quantity", "must be a decimal number other than zero"],
    [{ ...item, type: "gift" }, "type", expect.stringContaining("purchase")],
    [{ ...item, currency: "USD" }, "currency", expect.stringContaining("GBP")],
  ])("are named where they say something else, and all are rejected: %j", async (fields, path, message) => {
    const results = await group([cells(1, { ...item, channel: "web" }), cells(2, fields)], own);
    expect(results).toContainEqual({ rows: [2], issue: { path, message } });
    expect(results).toContainEqual({ rows: [1], issue: expect.objectContaining({ path: "id" }) });
    expect(results).toHaveLength(2);
  });

  it.each<[string, readonly OrderLine[], string, unknown]>([
    ["an amount below zero", [{ amount: "-1" }], "amount", expect.stringContaining("zero or more")],
    ["no amount at all", [{ amount: "" }], "amount", "is missing"],
    ["no time at all", [{ placedAt: "" }, { placedAt: "" }], "placedAt", "is missing"],
    [
      "more taken off than there is",
      [{ ...item, amount: "", discount: "5" }],
      "item.price",
      expect.stringContaining("less than zero"),
    ],
  ])("are all rejected for %s", async (_, lines, path, message) => {
    const results = await group(
      lines.map((fields, index) => cells(index + 1, fields)),
      own,
    );
    expect(results).toEqual([{ rows: lines.map((_, index) => index + 1), issue: { path, message } }]);
  });

  it("take 9.9 and 9.90 for the same amount, and a refund's with its minus or without", async () => {
    const refund = { type: "refund", amount: "-9.90" };
    expect(await group([cells(1, refund), cells(2, { amount: "-9.9" })], own)).toMatchObject([{ data: { amount: "9.90" } }]);
  });
});
