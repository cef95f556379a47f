import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { EdgeContext } from "./edge.js";
import { currencyDecimals } from "./money.js";
import { totalsOf } from "./order.js";
import { type OrderRecord, orderParser } from "./order-input.js";

const VALID = { id: "o-1", customerId: "c-1", amount: "12.50", placedAt: "2026-03-01T10:00:00Z" };

function contextOf(currency: string): EdgeContext {
  return { currency, currencyDecimals: currencyDecimals(currency), timeZone: "UTC" };
}

const parse = orderParser(contextOf("USD"));

function orderOf(input: object, parser = parse): OrderRecord {
  const parsed = parser({ ...VALID, ...input });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  return parsed.value;
}

function issueOf(input: object, parser = parse): string {
  const parsed = parser({ ...VALID, ...input });
  return parsed.ok ? "" : parsed.issues.map((issue) => `${issue.path}: ${issue.message}`).join("; ");
}

describe("an order", () => {
  it("comes in as minor units, with defaults", () => {
    expect(orderOf({})).toEqual({
      order: {
        id: "o-1",
        type: "purchase",
        status: "placed",
        amount: 1250,
        currency: "USD",
        placedAt: Date.UTC(2026, 2, 1, 10),
        items: [],
      },
      customer: { id: "c-1", fields: {} },
    });
  });

  it("keeps items as given, whatever they add up to", () => {
    const items = [
      { sku: "85123A", name: "Holder", quantity: 6, price: "2.5515" },
      { sku: "B", category: null, quantity: 0.5, price: 0 },
    ];
    expect(orderOf({ items, channel: "web" }).order).toMatchObject({
      amount: 1250,
      channel: "web",
      items: [
        { sku: "85123A", name: "Holder", quantity: 6, price: 2.5515 },
        { sku: "B", quantity: 0.5, price: 0 },
      ],
    });
  });

  it("may carry its customer, who is parsed as any customer", () => {
    const record = orderOf({ customerId: undefined, customer: { email: " Ada@Example.com ", name: "Ada" } });
    expect(record.customer).toEqual({ fields: { email: "ada@example.com", name: "Ada" } });
    expect(issueOf({ customerId: undefined, customer: { email: "nobody" } })).toMatch(/^customer\.email: /);
    expect(issueOf({ customerId: undefined, customer: {} })).toMatch(/^customer\.id: /);
  });

  it.each<[string, object, RegExp]>([
    ["no customer", { customerId: undefined }, /^customerId: give either/],
    ["two customers", { customer: { id: "c-2" } }, /^customerId: give either/],
    ["an unknown status", { status: "canceled" }, /^status: /],
    ["no status at all", { status: null }, /^status: /],
    ["a negative amount", { amount: -5 }, /^amount: must be zero or more; .*refund/],
    ["a negative amount in text", { amount: "-0.01" }, /^amount: must be zero or more/],
    ["too many decimals", { amount: "1.005" }, /^amount: must have at most 2 decimals in USD/],
    ["a float's noise", { amount: 0.1 + 0.2 }, /^amount: must have at most 2 decimals/],
    ["words", { amount: "twelve" }, /^amount: must be a decimal number/],
    ["an exponent", { amount: "1e3" }, /^amount: must be a decimal number/],
    ["nearly nothing", { amount: 1e-300 }, /^amount: must be a decimal number/],
    ["NaN", { amount: Number.NaN }, /^amount: /],
    ["too much", { amount: "10000000000.01" }, /^amount: is too large/],
    ["far too much", { amount: "999999999999999999" }, /^amount: is too large/],
    ["no amount", { amount: undefined }, /^amount: /],
    ["null as amount", { amount: null }, /^amount: /],
    ["another currency", { currency: "EUR" }, /^currency: must be USD/],
    ["another type", { type: "gift" }, /^type: /],
    ["no date", { placedAt: "soon" }, /^placedAt: must be an ISO 8601/],
    ["a typo", { ammount: 5 }, /^ammount: is not a known field/],
    ["a tilde in the id", { id: "a~b" }, /^id: /],
    ["an item without sku", { items: [{ quantity: 1, price: 1 }] }, /^items\.0\.sku: /],
    ["an item of none", { items: [{ sku: "a", quantity: 0, price: 1 }] }, /^items\.0\.quantity: /],
    [
      "a negative price",
      {
        items: [
          { sku: "a", quantity: 1, price: 1 },
          { sku: "b", quantity: 1, price: -1 },
        ],
      },
      /^items\.1\.price: /,
    ],
    ["a price of 16 digits", { items: [{ sku: "a", quantity: 1, price: "1.234567890123456" }] }, /^items\.0\.price: .*15 digits/],
  ])("is refused with %s", (_what, input, issue) => {
    expect(issueOf(input)).toMatch(issue);
  });

  it.each([
    ["JPY", "1250", 1250],
    ["JPY", "1250.00", 1250],
    ["KWD", "1.255", 1255],
    ["KWD", 0.001, 1],
    ["USD", 10_000_000_000, 1_000_000_000_000],
    ["USD", 0, 0],
  ])("in %s of %s is %i minor units", (currency, amount, minor) => {
    expect(orderOf({ amount, currency }, orderParser(contextOf(currency))).order.amount).toBe(minor);
  });

  it.each([
    ["JPY", "0.5", "at most 0 decimals in JPY"],
    ["KWD", "1.2555", "at most 3 decimals in KWD"],
  ])("in %s of %s has %s", (currency, amount, message) => {
    expect(issueOf({ amount }, orderParser(contextOf(currency)))).toContain(message);
  });
});

describe("totals", () => {
  it("are purchases less refunds, and dates and counts of purchases only, without what was cancelled", () => {
    expect(
      totalsOf([
        { type: "purchase", status: "placed", amount: 1_000, placedAt: 50 },
        { type: "refund", status: "placed", amount: 300, placedAt: 10 },
        { type: "purchase", status: "placed", amount: 25, placedAt: 20 },
        { type: "refund", status: "placed", amount: 1_000, placedAt: 90 },
        { type: "purchase", status: "cancelled", amount: 7, placedAt: 1 },
        { type: "refund", status: "cancelled", amount: 8, placedAt: 99 },
      ]),
    ).toEqual({ orderCount: 2, totalSpend: -275, firstOrderAt: 20, lastOrderAt: 50 });
  });

  it("of none are none", () => {
    expect(totalsOf([])).toEqual({ orderCount: 0, totalSpend: 0 });
    expect(totalsOf([{ type: "refund", status: "placed", amount: 5, placedAt: 1 }])).toEqual({ orderCount: 0, totalSpend: -5 });
    expect(totalsOf([{ type: "purchase", status: "cancelled", amount: 5, placedAt: 1 }])).toEqual(totalsOf([]));
  });

  it("do not depend on the order of the orders, and add up exactly", () => {
    const order = fc.record({
      type: fc.constantFrom("purchase" as const, "refund" as const),
      status: fc.constantFrom("placed" as const, "cancelled" as const),
      amount: fc.nat({ max: 1_000_000_000_000 }),
      placedAt: fc.nat({ max: 9 }),
    });
    fc.assert(
      fc.property(fc.array(order), (orders) => {
        const totals = totalsOf(orders);
        expect(totalsOf([...orders].reverse())).toEqual(totals);
        const placed = orders.filter(({ status }) => status === "placed");
        const spend = placed.reduce((sum, { type, amount }) => sum + BigInt(type === "refund" ? -amount : amount), 0n);
        expect(BigInt(totals.totalSpend)).toBe(spend);
        const dates = placed.filter(({ type }) => type === "purchase").map(({ placedAt }) => placedAt);
        expect([totals.orderCount, totals.firstOrderAt ?? Infinity, totals.lastOrderAt ?? -Infinity]).toEqual([
          dates.length,
          Math.min(...dates),
          Math.max(...dates),
        ]);
      }),
    );
  });
});
