import type { StoredCustomer } from "../model/customer.js";
import type { Page, PageRequest } from "../ports/page.js";

/** Customers, one by one. */
export interface CustomersApi {
  get(id: string): Promise<StoredCustomer>;
  list(page: PageRequest): Promise<Page<StoredCustomer>>;
  /** Those who have the address, or both, by id; `invalid` for what is no address. Addresses are compared as they are kept. */
  find(address: { readonly email?: string; readonly phone?: string }, page: PageRequest): Promise<Page<StoredCustomer>>;
  /** Erases for good; false where there was nobody. Rows that were queued before are `erased`. */
  erase(id: string): Promise<boolean>;
}
