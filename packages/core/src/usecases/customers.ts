import type { CustomersApi } from "../engine/customers.js";
import { notFound } from "../errors.js";
import { idText } from "../model/edge.js";
import type { EngineParts } from "./engine-parts.js";

export function createCustomers({ store, nextStamp }: EngineParts): CustomersApi {
  return {
    get: async (id) => {
      const customer = await store.customers.get(id);
      if (!customer) throw notFound("customer", id);
      return customer;
    },
    list: (page) => store.customers.find({ kind: "all", of: [] }, page),
    erase: async (id) => {
      if (!idText.safeParse(id).success) return false;
      // Another process's clock may be ahead: a row that it stamped must not bring the customer back when it is redelivered.
      const known = await store.customers.get(id);
      return store.customers.erase(id, Math.max(nextStamp(), known?.stamp ?? 0));
    },
  };
}
