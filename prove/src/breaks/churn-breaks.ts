import type { Store, StoredCustomer } from "@crm-engine/core/ports";
import { allPages } from "../world/pages.js";
import type { Break } from "./break.js";

export const CHURN_BREAKS: readonly Break[] = [
  {
    name: "stale-customers",
    experiment: "churn",
    wrong: "people are read once, and remembered as they were then",
    store: (store) => {
      let remembered: Promise<ReadonlyMap<string, StoredCustomer>> | undefined;
      return {
        ...store,
        customers: {
          ...store.customers,
          getMany: async (ids) => {
            remembered ??= everyone(store);
            const known = await remembered;
            return ids.flatMap((id) => known.get(id) ?? []);
          },
        },
      };
    },
  },
];

async function everyone({ customers }: Store): Promise<ReadonlyMap<string, StoredCustomer>> {
  const people = await allPages((page) => customers.find({ kind: "all", of: [] }, page));
  return new Map(people.map((customer) => [customer.id, customer]));
}
