import type { OrderLink } from "../model/figures/order-link.js";
import type { ProductChoice, SoldProduct } from "../model/figures/product-sales.js";
import type { Sales } from "../model/figures/sales.js";
import type { Instant } from "../model/instant.js";
import type { OrderChange, OrderItem, OrderOutcome, StoredOrder } from "../model/order.js";
import type { Condition } from "../query/condition/condition.js";
import type { FilteredTotals, OrderFilter } from "../query/condition/order-filter.js";
import type { QueryOptions } from "./customers.js";
import type { Page, PageRequest } from "./page.js";

export interface Orders {
  /**
   * Upserts each order by id (an older stamp loses; a change of customer is refused), makes bare customers where needed, and
   * settles only when the totals of every customer touched are those of the stored orders. Safe under kills, repeats and races.
   * An order no newer than its customer's erasure is `erased`, and is not stored; nor is one that is `over_limit`, which costs its
   * neighbours nothing. What an order costs does not grow with the number of its customer's orders that are older. Figures of the hours that
   * it changes are marked as stale (`StaleMark`), whatever becomes of it.
   */
  apply(orders: readonly OrderChange[]): Promise<readonly OrderOutcome[]>;
  /**
   * Computes the totals of up to `limit` customers after `after`, by id, again from their stored orders, and writes those that
   * differ, safely beside `apply`. `lastId` is absent when nobody was left.
   */
  recount(range: { readonly after?: string; readonly limit: number }): Promise<Recount>;
  get(id: string): Promise<StoredOrder | undefined>;
  /** Those of the ids that exist, in no particular order. */
  getMany(ids: readonly string[]): Promise<readonly StoredOrder[]>;
  /**
   * Newest first (`placedAt`, then id). Of a customer's id: with those that stayed when somebody was erased under it, unless only whoever is there
   * now is asked for. With no filter but the time and one other, a page costs the same however many orders there are.
   */
  list(filter: OrderFilter & { readonly present?: true }, page: PageRequest): Promise<Page<StoredOrder>>;
  /** Of all that `list` gives. */
  totals(filter: OrderFilter, options?: QueryOptions): Promise<FilteredTotals>;
  /** Orders that were placed in the time and not cancelled, oldest first (`placedAt`, then id), each beside what its customer had purchased before. */
  links(time: TimeSpan, page: PageRequest): Promise<Page<OrderLink>>;
  /** Of the same orders: how many lines have the same SKU, name, price and quantity, purchased and given back. In no particular order; may be split. */
  lines(time: TimeSpan, options?: QueryOptions): Promise<readonly LineCount[]>;
  /**
   * What the lines of orders add up to by SKU, exactly, of all times: orders, but for cancelled ones, of the customers for whom the condition
   * holds. Orders that stayed when somebody was erased are nobody's. Of SKUs that were never sold the sums are 0.
   */
  products(condition: Condition, choice: ProductChoice, options?: QueryOptions): Promise<readonly SoldProduct[]>;
  /**
   * Orders of the time, but for cancelled ones, of those to whom a vendor took the campaign's message; of the erased too. What it costs
   * depends on how many orders the time has, and not on how many recipients the campaign.
   */
  ofRecipients(campaignId: string, time: TimeSpan, options?: QueryOptions): Promise<RecipientOrders>;
}

/** Orders of people, and how many of these purchased. */
export interface RecipientOrders extends Sales {
  readonly customers: number;
}

/** `[from, to)`. */
export interface TimeSpan {
  readonly from: Instant;
  readonly to: Instant;
}

export interface LineCount extends Pick<StoredOrder, "type">, Pick<OrderItem, "sku" | "name" | "price" | "quantity"> {
  readonly lines: number;
}

export interface Recount {
  readonly checked: number;
  /** Ids whose totals were wrong. */
  readonly corrected: readonly string[];
  readonly lastId?: string;
}
