import type { CustomersApi } from "../engine/customers.js";
import { invalid, notFound } from "../errors.js";
import { ADDRESS_FIELDS, ADDRESS_SCHEMAS, type AddressField } from "../model/channel.js";
import { idText, parseWith } from "../model/edge.js";
import type { Page, PageRequest } from "../ports/page.js";
import type { Condition } from "../query/condition/condition.js";
import { type Customer, viewCustomer } from "../view/customer.js";
import { viewPage } from "../view/page.js";
import type { EngineParts } from "./engine-parts.js";

export function createCustomers({ store, context, nextStamp }: EngineParts): CustomersApi {
  const find = async (of: readonly Condition[], page: PageRequest): Promise<Page<Customer>> =>
    viewPage(await store.customers.find({ kind: "all", of }, page), (customer) => viewCustomer(customer, context));
  return {
    get: async (id) => {
      const customer = await store.customers.get(id);
      if (!customer) throw notFound("customer", id);
      return viewCustomer(customer, context);
    },
    list: (page) => find([], page),
    find: async (address, page) =>
      find(
        ADDRESS_FIELDS.flatMap((name) => having(name, address[name])),
        page,
      ),
    erase: async (id) => {
      if (!idText.safeParse(id).success) return false;
      // Another process's clock may be ahead: a row that it stamped must not bring the customer back when it is redelivered.
      const known = await store.customers.get(id);
      return store.customers.erase(id, Math.max(await nextStamp(), known?.stamp ?? 0));
    },
  };
}

function having(name: AddressField, address: string | undefined): readonly Condition[] {
  if (address === undefined) return [];
  const parsed = parseWith(ADDRESS_SCHEMAS[name], address);
  if (!parsed.ok) throw invalid(parsed.issues.map(({ message }) => ({ path: name, message })));
  return [{ kind: "textIn", field: { of: "customer", name, type: "text" }, values: [parsed.value] }];
}
