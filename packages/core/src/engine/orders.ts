import type { StoredOrder } from "../model/order.js";
import type { Page, PageRequest } from "../ports/page.js";

export interface RecountResult {
  readonly checked: number;
  readonly corrected: number;
}

/** Orders, one by one. */
export interface OrdersApi {
  get(id: string): Promise<StoredOrder>;
  list(filter: { readonly customerId?: string }, page: PageRequest): Promise<Page<StoredOrder>>;
}
