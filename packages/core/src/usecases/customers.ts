import type { z } from "zod";
import type { CustomersApi } from "../engine/customers.js";
import { invalid, notFound } from "../errors.js";
import { ADDRESS_TEXT } from "../model/customer.js";
import { idText, parseWith } from "../model/edge.js";
import type { Condition } from "../query/condition/condition.js";
import type { EngineParts } from "./engine-parts.js";

export function createCustomers({ store, nextStamp }: EngineParts): CustomersApi {
  return {
    get: async (id) => {
      const customer = await store.customers.get(id);
      if (!customer) throw notFound("customer", id);
      return customer;
    },
    list: (page) => store.customers.find({ kind: "all", of: [] }, page),
    find: async ({ email, phone }, page) => {
      const of = [...having("email", ADDRESS_TEXT.email, email), ...having("phone", ADDRESS_TEXT.sms, phone)];
      return store.customers.find({ kind: "all", of }, page);
    },
    erase: async (id) => {
      if (!idText.safeParse(id).success) return false;
      // Another process's clock may be ahead: what it has stored must not come back when its row is delivered again.
      const known = await store.customers.get(id);
      return store.customers.erase(id, Math.max(nextStamp(), known?.stamp ?? 0));
    },
  };
}

function having(name: "email" | "phone", schema: z.ZodType<string>, address: string | undefined): readonly Condition[] {
  if (address === undefined) return [];
  const parsed = parseWith(schema, address);
  if (!parsed.ok) throw invalid(parsed.issues.map(({ message }) => ({ path: name, message })));
  return [{ kind: "textIn", field: { of: "customer", name, type: "text" }, values: [parsed.value] }];
}
