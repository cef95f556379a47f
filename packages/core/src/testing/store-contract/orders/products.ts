import { deepEqual, equal } from "node:assert/strict";
import { compareCodePoints } from "../../../model/code-points.js";
import type { SoldProduct } from "../../../model/figures/product-sales.js";
import { addDecimals, type Decimal, multiplyDecimals, parseDecimal } from "../../../model/money.js";
import type { StoredOrder } from "../../../model/order.js";
import type { Condition } from "../../../query/condition/condition.js";
import { holds } from "../../../query/condition/holds.js";
import { lowerRule } from "../../../query/lower-rule.js";
import { viewDecimal } from "../../../view/figures/decimal.js";
import { generateRules } from "../../rule-contract/generate-rules.js";
import { loadPopulation } from "../../rule-contract/load-population.js";
import { GENERATED_CONTEXT } from "../../rule-contract/value-pools.js";
import { EVERYONE, order, START, stamp } from "../given.js";
import { type CasesOf, storeCase } from "../store-harness.js";

type Text = readonly [sku: string, quantity: string, revenue: string];
/** More than there are products. */
const ALL = { top: 1_000 };

const asText = (sum: Decimal): string => String(viewDecimal(sum));

function texts(products: readonly SoldProduct[]): readonly Text[] {
  return products.map(({ sku, quantity, revenue }) => [sku, asText(quantity), asText(revenue)]);
}

const decimal = (value: number): Decimal => parseDecimal(value) ?? { coefficient: 0n, scale: 0 };

/** Line by line. */
function byHand(orders: readonly StoredOrder[]): readonly SoldProduct[] {
  const nothing = { coefficient: 0n, scale: 0 };
  const sums = new Map<string, SoldProduct>();
  for (const { type, status, items } of orders) {
    for (const { sku, quantity, price } of status === "placed" ? items : []) {
      const { quantity: units, revenue } = sums.get(sku) ?? { quantity: nothing, revenue: nothing };
      const more = multiplyDecimals(decimal(quantity), { coefficient: type === "refund" ? -1n : 1n, scale: 0 });
      const money = multiplyDecimals(more, decimal(price));
      sums.set(sku, { sku, quantity: addDecimals(units, more), revenue: addDecimals(revenue, money) });
    }
  }
  const difference = (a: Decimal, b: Decimal): bigint =>
    addDecimals(a, { coefficient: -b.coefficient, scale: b.scale }).coefficient;
  return [...sums.values()].sort((a, b) => {
    const more = difference(b.revenue, a.revenue);
    return more === 0n ? compareCodePoints(a.sku, b.sku) : more > 0n ? 1 : -1;
  });
}

const isOne = (...values: readonly string[]): Condition => ({
  kind: "textIn",
  field: { of: "customer", name: "id", type: "text" },
  values,
});
const item = (sku: string, quantity: number, price: number) => ({ sku, quantity, price });

export const productCases: CasesOf<"orders">["products"] = [
  storeCase("whomever a rule selects, what they bought is what one adds up line by line", async (store) => {
    const { subjects } = await loadPopulation(store, 81, 100);
    for (const rule of [{ all: [] }, { any: [] }, ...generateRules(81, 40)]) {
      const condition = lowerRule(rule, GENERATED_CONTEXT);
      const selected = subjects.filter((subject) => holds(condition, subject));
      const expected = texts(byHand(selected.flatMap(({ orders = [] }) => orders)));
      deepEqual(texts(await store.orders.products(condition, ALL)), expected, JSON.stringify(rule));
      deepEqual(texts(await store.orders.products(condition, { top: 3 })), expected.slice(0, 3), JSON.stringify(rule));
      const skus = [...expected.slice(2, 4).map(([sku]) => sku), "never sold", ...expected.slice(0, 1).map(([sku]) => sku)];
      const bySku = new Map(expected.map((text) => [text[0], text]));
      deepEqual(
        texts(await store.orders.products(condition, { skus })),
        skus.map((sku) => bySku.get(sku) ?? [sku, "0", "0"]),
        JSON.stringify(rule),
      );
    }
  }),
  storeCase(
    "what is bought adds up exactly: fractions, what was given back, and prices finer than the currency",
    async (store) => {
      await store.orders.apply([
        order("o1", "c1", { items: [item("a", 0.1, 0.2), item("a", 3, 0.005), item("b", 1, 0.035), item("$c", 2, 1e9 + 0.01)] }),
        order("o2", "c2", { items: [item("a", 1, 5)], status: "cancelled" }),
        order("o3", "c2", { items: [item("$c", 1, 1e9 + 0.01), item("d", 1, 2)], type: "refund" }),
        order("o4", "c3", { items: Array.from({ length: 10 }, () => item("e", 1, 0.1)) }),
        order("o5", "c4", { items: [] }),
      ]);
      deepEqual(texts(await store.orders.products(EVERYONE, ALL)), [
        ["$c", "1", "1000000000.01"],
        ["e", "10", "1"],
        ["a", "3.1", "0.035"],
        ["b", "1", "0.035"],
        ["d", "-1", "-2"],
      ]);
      deepEqual(texts(await store.orders.products(isOne("c1"), { top: 1 })), [["$c", "2", "2000000000.02"]]);
      deepEqual(await store.orders.products(isOne("c2", "nobody"), { skus: [] }), []);
    },
  ),
  storeCase("what was bought by somebody who was erased is nobody's, and who comes back begins anew", async (store) => {
    await store.orders.apply([
      order("o1", "c1", { items: [item("a", 1, 1)] }),
      order("o2", "c2", { items: [item("a", 1, 2), item("b", 1, 3)] }),
    ]);
    await store.customers.erase("c1", stamp(5));
    await store.customers.erase("c2", stamp(5));
    deepEqual(await store.orders.products(EVERYONE, ALL), []);
    deepEqual(texts(await store.orders.products(EVERYONE, { skus: ["a"] })), [["a", "0", "0"]]);
    await store.orders.apply([order("o3", "c2", { items: [item("a", 1, 4)], placedAt: START + 1, stamp: 9 })]);
    for (const condition of [EVERYONE, isOne("c2")]) {
      deepEqual(texts(await store.orders.products(condition, ALL)), [["a", "1", "4"]]);
      deepEqual(texts(await store.orders.products(condition, { skus: ["b", "a"] })), [
        ["b", "0", "0"],
        ["a", "1", "4"],
      ]);
    }
  }),
  storeCase("products that are called off reject with the reason given", async (store) => {
    await store.orders.apply([order("o1", "c1", { items: [item("a", 1, 1)] })]);
    const reason = new Error("nobody waits any more");
    for (const choice of [ALL, { skus: ["a"] }]) {
      const answer = store.orders.products(EVERYONE, choice, { signal: AbortSignal.abort(reason) });
      equal(
        await answer.then(
          () => "answered",
          (error: unknown) => error,
        ),
        reason,
      );
    }
  }),
];
