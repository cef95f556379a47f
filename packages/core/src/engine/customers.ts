import type { StoredCustomer } from "../model/customer.js";
import type { Page, PageRequest } from "../ports/page.js";

/** Customers, one by one. */
export interface CustomersApi {
  get(id: string): Promise<StoredCustomer>;
  list(page: PageRequest): Promise<Page<StoredCustomer>>;
  /** Erases for good; false where there was nobody. Rows that were queued before are `erased`. */
  erase(id: string): Promise<boolean>;
}
