import { compareCodePoints } from "../code-points.js";
import { type Decimal, multiplyDecimals, parseDecimal } from "../money.js";
import type { OrderItem } from "../order.js";

/** Products that are kept of one period, those with the highest revenue; of more the rest is left out, and said to be. */
export const MAX_PRODUCTS = 20_000;

/** Units sold less those given back, and their prices. Prices may be finer than the currency. */
export interface ProductSums {
  readonly quantity: Decimal;
  readonly revenue: Decimal;
}

/** Which products are asked for: these, or those with the highest revenue, so many at most. */
export type ProductChoice = { readonly skus: readonly string[] } | { readonly top: number };

/** What was sold of a product. */
export interface SoldProduct extends ProductSums {
  readonly sku: string;
}

interface Sums {
  quantity: bigint;
  revenue: bigint;
}

/** As JSON: scales of quantities and revenues, whether any was left out, and the coefficients by SKU. */
export type ProductSalesJson = readonly [number, number, boolean, readonly (readonly [string, string, string])[]];

/** What was sold by SKU, exactly. Parts add up. */
export class ProductSales {
  readonly #bySku = new Map<string, Sums>();
  #quantityScale = 0;
  #revenueScale = 0;
  #isCut = false;

  /** So many lines of an item were sold; a negative number was given back. */
  add({ sku, price, quantity }: Pick<OrderItem, "sku" | "price" | "quantity">, lines: number): void {
    const each = decimalOf(quantity);
    const sold = multiplyDecimals(each, decimalOf(lines));
    this.#addSums(sku, sold, multiplyDecimals(sold, decimalOf(price)));
  }

  merge(other: ProductSales): void {
    this.#isCut ||= other.#isCut;
    this.#widen(other.#quantityScale, other.#revenueScale);
    const quantityUnit = 10n ** BigInt(this.#quantityScale - other.#quantityScale);
    const revenueUnit = 10n ** BigInt(this.#revenueScale - other.#revenueScale);
    for (const [sku, { quantity, revenue }] of other.#bySku) this.#raise(sku, quantity * quantityUnit, revenue * revenueUnit);
  }

  /** Whether products are missing here, since there were too many. */
  get isCut(): boolean {
    return this.#isCut;
  }

  get(sku: string): ProductSums {
    const { quantity = 0n, revenue = 0n } = this.#bySku.get(sku) ?? {};
    return {
      quantity: { coefficient: quantity, scale: this.#quantityScale },
      revenue: { coefficient: revenue, scale: this.#revenueScale },
    };
  }

  /** The SKUs of the highest revenue, and of the same revenue by SKU. */
  top(limit: number): readonly string[] {
    return this.#ranked().slice(0, limit);
  }

  /** Those given, in their order; or the highest first, and of the same revenue by SKU. */
  chosen(choice: ProductChoice): readonly SoldProduct[] {
    const skus = "skus" in choice ? choice.skus : this.top(choice.top);
    return skus.map((sku) => ({ sku, ...this.get(sku) }));
  }

  toJSON(): ProductSalesJson {
    const skus = this.#bySku.size > MAX_PRODUCTS ? this.top(MAX_PRODUCTS) : [...this.#bySku.keys()];
    const rows = skus.map((sku) => [sku, String(this.#bySku.get(sku)?.quantity), String(this.#bySku.get(sku)?.revenue)] as const);
    return [this.#quantityScale, this.#revenueScale, this.#isCut || this.#bySku.size > MAX_PRODUCTS, rows];
  }

  static of([quantityScale, revenueScale, isCut, rows]: ProductSalesJson): ProductSales {
    const sales = new ProductSales();
    sales.#widen(quantityScale, revenueScale);
    sales.#isCut = isCut;
    for (const [sku, quantity, revenue] of rows) sales.#raise(sku, BigInt(quantity), BigInt(revenue));
    return sales;
  }

  #addSums(sku: string, quantity: Decimal, revenue: Decimal): void {
    this.#widen(quantity.scale, revenue.scale);
    const quantityUnit = 10n ** BigInt(this.#quantityScale - quantity.scale);
    const revenueUnit = 10n ** BigInt(this.#revenueScale - revenue.scale);
    this.#raise(sku, quantity.coefficient * quantityUnit, revenue.coefficient * revenueUnit);
  }

  #raise(sku: string, quantity: bigint, revenue: bigint): void {
    const sums = this.#bySku.get(sku);
    if (!sums) {
      this.#bySku.set(sku, { quantity, revenue });
      return;
    }
    sums.quantity += quantity;
    sums.revenue += revenue;
  }

  /** All sums have the same scale, the finest that came. */
  #widen(quantityScale: number, revenueScale: number): void {
    const quantityUnit = 10n ** BigInt(Math.max(0, quantityScale - this.#quantityScale));
    const revenueUnit = 10n ** BigInt(Math.max(0, revenueScale - this.#revenueScale));
    this.#quantityScale = Math.max(this.#quantityScale, quantityScale);
    this.#revenueScale = Math.max(this.#revenueScale, revenueScale);
    if (quantityUnit === 1n && revenueUnit === 1n) return;
    for (const sums of this.#bySku.values()) {
      sums.quantity *= quantityUnit;
      sums.revenue *= revenueUnit;
    }
  }

  #ranked(): readonly string[] {
    const rows = [...this.#bySku];
    rows.sort(([a, { revenue: ofA }], [b, { revenue: ofB }]) => (ofA === ofB ? compareCodePoints(a, b) : ofA > ofB ? -1 : 1));
    return rows.map(([sku]) => sku);
  }
}

/** Of a number with more decimals than a decimal can have, what is nearest. */
function decimalOf(value: number): Decimal {
  return parseDecimal(value) ?? { coefficient: BigInt(Math.round(value)), scale: 0 };
}
