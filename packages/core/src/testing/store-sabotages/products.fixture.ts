import type { SoldProduct } from "../../model/figures/product-sales.js";
import { EVERYONE } from "../store-contract/given.js";
import { type StoreSabotage, stateless } from "./store-sabotage.fixture.js";

const BY_HAND = "what they bought is what one adds up";
const EXACT = "what is bought adds up exactly";

function changed(breaks: string, noticedBy: readonly string[], change: (products: readonly SoldProduct[]) => SoldProduct[]) {
  return stateless(breaks, noticedBy, ({ orders: { products } }) => ({
    orders: { products: async (...asked) => change(await products(...asked)) },
  }));
}

export const productSabotages: readonly StoreSabotage[] = [
  stateless("everyone's products are whoever's", [BY_HAND, EXACT], ({ orders: { products } }) => ({
    orders: { products: (_, choice, options) => products(EVERYONE, choice, options) },
  })),
  changed("products come by SKU", [BY_HAND, EXACT], (found) => [...found].sort((a, b) => (a.sku < b.sku ? -1 : 1))),
  changed("sums of lines are numbers", [EXACT], (found) =>
    found.map((product) => {
      const { coefficient, scale } = product.revenue;
      const revenue = Math.fround(Number(coefficient) / 10 ** scale);
      return { ...product, revenue: { coefficient: BigInt(Math.round(revenue * 1_000)), scale: 3 } };
    }),
  ),
  changed("what nobody bought is left out", [BY_HAND, "is nobody's, and who comes back begins anew"], (found) =>
    found.filter(({ quantity }) => quantity.coefficient !== 0n),
  ),
  stateless("cancelled lines count", [EXACT], ({ orders: { products, apply } }) => ({
    orders: { products, apply: (changes) => apply(changes.map((change) => ({ ...change, status: "placed" }))) },
  })),
  stateless("products are never called off", ["products that are called off"], ({ orders: { products } }) => ({
    orders: { products: (condition, choice) => products(condition, choice) },
  })),
];
