import { readFile } from "node:fs/promises";
import { gunzipSync } from "node:zlib";
import { sqliteStore } from "@crm-engine/adapters/sqlite";
import type { Condition, FieldRef, OrderChange, OrdersRef } from "@crm-engine/core";
import { expect, it } from "vitest";
import { NO_RETAIL_FILE, retailFile } from "../../../../test/retail-file.js";
import { type Database, loadDriver } from "./driver.js";
import { scratchFile } from "./scratch.fixture.js";

const NOW = Date.parse("2011-12-10T00:00:00Z");
const DAY_MS = 86_400_000;
const NEW_YEAR = Date.parse("2011-01-01T00:00:00Z");

/** Straight on the lines of the file: a purchase is an invoice that is no cancellation. */
const BUYERS = `
  SELECT customer FROM lines
  WHERE invoice NOT LIKE 'C%' AND sku = '85123A' AND at >= unixepoch('2011-12-10', '-90 days') * 1000 AND at < unixepoch('2011-12-10') * 1000
  GROUP BY customer HAVING count(DISTINCT invoice) >= 3 ORDER BY customer`;
const DECEMBER_ONLY = `
  SELECT DISTINCT customer FROM lines
  WHERE invoice NOT LIKE 'C%' AND at >= unixepoch('2010-12-01') * 1000 AND at < unixepoch('2011-01-01') * 1000
    AND customer NOT IN (SELECT customer FROM lines WHERE invoice NOT LIKE 'C%' AND at >= unixepoch('2011-01-01') * 1000)
  ORDER BY customer`;

it("finds the same people in real orders as SQL written by hand on the file's lines", { timeout: 180_000 }, async ({ skip }) => {
  if (retailFile === undefined) return skip(NO_RETAIL_FILE);
  const lines = readLines(gunzipSync(await readFile(retailFile)).toString());
  const byHand = (await loadDriver()).open(":memory:");
  fill(byHand, lines);
  const store = sqliteStore({ file: await scratchFile(), synchronous: "off" });
  await store.orders.apply(ordersOf(lines));

  const bought3: Condition = atLeast(3, [purchase, sku("85123A"), placed(NOW - 90 * DAY_MS, NOW)]);
  const decemberOnly: Condition = {
    kind: "all",
    of: [
      atLeast(1, [purchase, placed(Date.parse("2010-12-01T00:00:00Z"), NEW_YEAR)]),
      { kind: "not", of: atLeast(1, [purchase, placed(NEW_YEAR, NOW)]) },
    ],
  };
  for (const [condition, sql, people] of [
    [bought3, BUYERS, 35],
    [decemberOnly, DECEMBER_ONLY, 119],
  ] as const) {
    const expected = byHand
      .prepare(sql)
      .all()
      .map((row) => (row as { readonly customer: string }).customer);
    expect(expected).toHaveLength(people);
    const found = await store.customers.find(condition, { limit: 1_000 });
    expect(found.items.map(({ id }) => id)).toEqual(expected);
    expect(await store.customers.count(condition)).toBe(people);
  }
  byHand.close();
  await store.close();
});

const purchase: Condition = { kind: "textIn", field: { of: "order", name: "type", type: "text" }, values: ["purchase"] };

function placed(from: number, to: number): Condition {
  return { kind: "within", field: { of: "order", name: "placedAt", type: "date" }, ranges: [{ from, to }] };
}

function sku(value: string): Condition {
  return { kind: "textIn", field: { of: "item", name: "sku", type: "text" } satisfies FieldRef, values: [value] };
}

function atLeast(value: number, of: readonly Condition[]): Condition {
  const field: OrdersRef = { of: "orders", figure: "count", where: { kind: "all", of } };
  return { kind: "compare", field, how: "gte", value };
}

interface Line {
  readonly invoice: string;
  readonly sku: string;
  readonly quantity: number;
  readonly at: number;
  readonly price: number;
  readonly customer: string;
}

/** Lines that have a customer. No field of the file holds a line break. */
function readLines(csv: string): readonly Line[] {
  return csv
    .trim()
    .split("\n")
    .slice(1)
    .map((text): Line => {
      const [invoice = "", code = "", , quantity = "", date = "", price = "", customer = ""] = [
        ...text.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g),
      ].map(([, quoted, plain]) => quoted ?? plain ?? "");
      const at = Date.parse(`${date.replace(" ", "T")}Z`);
      return { invoice, sku: code, quantity: Number(quantity), at, price: Number(price), customer };
    })
    .filter(({ customer }) => customer !== "");
}

function fill(db: Database, lines: readonly Line[]): void {
  db.exec("CREATE TABLE lines (invoice TEXT, sku TEXT, at INTEGER, customer TEXT); BEGIN");
  const insert = db.prepare("INSERT INTO lines VALUES (?, ?, ?, ?)");
  for (const line of lines) insert.run(line.invoice, line.sku, line.at, line.customer);
  db.exec("COMMIT");
}

function ordersOf(lines: readonly Line[]): readonly OrderChange[] {
  const invoices = new Map<string, Line[]>();
  for (const line of lines) {
    const known = invoices.get(line.invoice);
    if (known) known.push(line);
    else invoices.set(line.invoice, [line]);
  }
  return [...invoices].map(
    ([id, of]): OrderChange => ({
      id,
      customerId: of[0]?.customer ?? "",
      type: id.startsWith("C") ? "refund" : "purchase",
      amount: Math.round(of.reduce((sum, { quantity, price }) => sum + Math.abs(quantity) * price * 100, 0)),
      currency: "GBP",
      placedAt: Math.min(...of.map(({ at }) => at)),
      items: of.map((line) => ({ sku: line.sku, quantity: Math.abs(line.quantity), price: line.price })),
      stamp: 1,
    }),
  );
}
