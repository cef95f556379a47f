import type { PeriodUnit } from "../model/figures/calendar.js";
import type { Page, PageRequest } from "../ports/page.js";
import type { OrderAnalytics } from "../view/figures/order-analytics.js";
import type { Order } from "../view/order.js";
import type { OrderTotals } from "../view/order-totals.js";
import type { CustomerInput } from "./customers.js";

/** An order: an upsert by id. Its customer is named by `customerId`, or carried as `customer` to be upserted with it. */
export interface OrderInput {
  readonly id: string;
  readonly customerId?: string | undefined;
  readonly customer?: CustomerInput | undefined;
  /** A purchase, if absent. */
  readonly type?: "purchase" | "refund" | undefined;
  /** Placed, if absent. To cancel an order, send it again as cancelled. */
  readonly status?: "placed" | "cancelled" | undefined;
  /** What was paid or given back: a decimal, zero or more, with at most the currency's decimals. */
  readonly amount: number | string;
  /** The engine's. */
  readonly currency?: string | undefined;
  /** ISO 8601; without an offset it is wall-clock time in the engine's time zone. */
  readonly placedAt: string;
  readonly items?: readonly OrderItemInput[] | undefined;
  readonly channel?: string | null | undefined;
}

interface OrderItemInput {
  readonly sku: string;
  readonly name?: string | null | undefined;
  readonly category?: string | null | undefined;
  readonly quantity: number;
  /** A decimal, possibly finer than the currency. */
  readonly price: number | string;
}

export interface RecountResult {
  readonly checked: number;
  readonly corrected: number;
}

/** All that is given must hold. */
export interface OrderQuery {
  readonly customerId?: string | undefined;
  /** Placed in `[from, to)`. ISO 8601; without an offset it is wall-clock time in the engine's time zone, and a date its midnight. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  /** One of the items has it. */
  readonly sku?: string | undefined;
  readonly channel?: string | undefined;
  /** The upload by which the order was last written. */
  readonly batchId?: string | undefined;
  readonly type?: "purchase" | "refund" | undefined;
  readonly status?: "placed" | "cancelled" | undefined;
}

/** Days `[from, to)` of the engine's time zone, as dates; the 30 up to today. */
export interface AnalyticsQuery {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  /** Day, if absent; at most 400 of them. */
  readonly by?: PeriodUnit | undefined;
}

/** Orders, one by one, and what they add up to. */
export interface OrdersApi {
  get(id: string): Promise<Order>;
  /** Newest first. */
  list(query: OrderQuery, page: PageRequest): Promise<Page<Order>>;
  /** What the orders of such a list add up to. Cancelled ones count in no sum unless `status` asks for them. */
  totals(query: OrderQuery, options?: { readonly signal?: AbortSignal | undefined }): Promise<OrderTotals>;
  /**
   * What the orders of some days add up to, by day, week or month, beside as many days before, with who bought, products, and cohorts by
   * month of the first purchase. It is put together from kept figures, which a worker keeps up to date: `asOf` says how far.
   */
  analytics(query?: AnalyticsQuery): Promise<OrderAnalytics>;
}
