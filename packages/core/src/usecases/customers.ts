import type { CustomersApi } from "../engine/customers.js";
import { notFound } from "../errors.js";
import { idText } from "../model/edge.js";
import { viewCustomer } from "../view/customer.js";
import { viewPage } from "../view/page.js";
import type { EngineParts } from "./engine-parts.js";

export function createCustomers({ store, context, nextStamp }: EngineParts): CustomersApi {
  return {
    get: async (id) => {
      const customer = await store.customers.get(id);
      if (!customer) throw notFound("customer", id);
      return viewCustomer(customer, context);
    },
    list: async (page) =>
      viewPage(await store.customers.find({ kind: "all", of: [] }, page), (customer) => viewCustomer(customer, context)),
    erase: async (id) => {
      if (!idText.safeParse(id).success) return false;
      // Another process's clock may be ahead: a row that it stamped must not bring the customer back when it is redelivered.
      const known = await store.customers.get(id);
      return store.customers.erase(id, Math.max(nextStamp(), known?.stamp ?? 0));
    },
  };
}
