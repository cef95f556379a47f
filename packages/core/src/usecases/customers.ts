import type { CustomersApi } from "../engine/customers.js";
import { invalid, notFound } from "../errors.js";
import { ADDRESS_FIELDS, type AddressField, addressFieldOf, type Channel } from "../model/channel.js";
import { addressSchemas } from "../model/contact/address.js";
import { mayContact } from "../model/contact/may-contact.js";
import { suppressedBy } from "../model/contact/suppression.js";
import type { StoredCustomer } from "../model/customer.js";
import { parseWith } from "../model/edge.js";
import { formatInstant } from "../model/instant.js";
import type { Page, PageRequest } from "../ports/page.js";
import type { Condition } from "../query/condition/condition.js";
import { searchPrefix } from "../query/customer-search.js";
import type { Contactable } from "../view/contactable.js";
import { type Customer, viewCustomer } from "../view/customer.js";
import { viewPage } from "../view/page.js";
import type { EngineParts } from "./engine-parts.js";
import { createErase } from "./erasures/erase-customer.js";
import { createTimeline } from "./timeline.js";

export function createCustomers(parts: EngineParts): CustomersApi {
  const { store, context } = parts;
  const find = async (of: readonly Condition[], page: PageRequest): Promise<Page<Customer>> =>
    viewPage(await store.customers.find({ kind: "all", of }, page), (customer) => viewCustomer(customer, context));
  const schemas = addressSchemas(context);
  const having = (name: AddressField, address: string | undefined): readonly Condition[] => {
    if (address === undefined) return [];
    const parsed = parseWith(schemas[name], address);
    if (!parsed.ok) throw invalid(parsed.issues.map(({ message }) => ({ path: name, message })));
    return [{ kind: "textIn", field: { of: "customer", name, type: "text" }, values: [parsed.value] }];
  };
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
    search: async (text, page) => {
      const prefix = searchPrefix(text);
      if (prefix === "") throw invalid([{ path: "search", message: "must not be empty" }]);
      return viewPage(await store.customers.search(prefix, page), (customer) => viewCustomer(customer, context));
    },
    contactable: async (id, channel) => {
      const customer = await store.customers.get(id);
      if (!customer) throw notFound("customer", id);
      return contactable(parts, customer, channel);
    },
    ...createTimeline(parts),
    ...createErase(parts),
  };
}

/** What the gate says of a customer, nobody else of a campaign being asked. */
export async function contactable(
  { store, context, addresses }: EngineParts,
  customer: StoredCustomer,
  channel: Channel,
): Promise<Contactable> {
  const field = addressFieldOf(channel);
  const address = customer[field];
  const hash = address === undefined ? undefined : (await addresses()).hash(field, address);
  const [evidence] = hash === undefined ? [] : await store.suppressions.getMany([{ channel, hash }]);
  const verdict = mayContact({
    person: { consent: customer.consent[channel], address },
    defaultConsent: context.defaultConsent ?? "subscribed",
    evidence,
    hold: "free",
  });
  const by = evidence && suppressedBy(evidence);
  return {
    channel,
    contactable: verdict === "yes",
    ...(verdict === "yes" || verdict === "wait" ? {} : { reason: verdict }),
    ...(by ? { suppressedBy: by.kind, since: formatInstant(by.at) } : {}),
  };
}
