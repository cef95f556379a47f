import type { OrderChange, OrderOutcome, StoredOrder } from "../model/order.js";
import type { FilteredTotals, OrderFilter } from "../query/condition/order-filter.js";
import type { QueryOptions } from "./customers.js";
import type { Page, PageRequest } from "./page.js";

export interface Orders {
  /**
   * Upserts each order by id (an older stamp loses; a change of customer is refused), makes bare customers where needed, and
   * settles only when the totals of every customer touched are those of the stored orders. Safe under kills, repeats and races.
   * An order no newer than its customer's erasure is `erased`, and is not stored; nor is one that is `over_limit`, which costs its
   * neighbours nothing. What an order costs does not grow with the number of its customer's orders.
   */
  apply(orders: readonly OrderChange[]): Promise<readonly OrderOutcome[]>;
  /**
   * Computes the totals of up to `limit` customers after `after`, by id, again from their stored orders, and writes those that
   * differ, safely beside `apply`. `lastId` is absent when nobody was left.
   */
  recount(range: { readonly after?: string; readonly limit: number }): Promise<Recount>;
  get(id: string): Promise<StoredOrder | undefined>;
  /**
   * Newest first (`placedAt`, then id). Of a customer's id: with those that stayed when somebody was erased under it, unless only whoever is there
   * now is asked for. With no filter but the time and one other, a page costs the same however many orders there are.
   */
  list(filter: OrderFilter & { readonly present?: true }, page: PageRequest): Promise<Page<StoredOrder>>;
  /** Of all that `list` gives. */
  totals(filter: OrderFilter, options?: QueryOptions): Promise<FilteredTotals>;
}

export interface Recount {
  readonly checked: number;
  /** Ids whose totals were wrong. */
  readonly corrected: readonly string[];
  readonly lastId?: string;
}
