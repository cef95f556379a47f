import { z } from "zod";
import { ADDRESS_FIELDS, type Addresses, CHANNELS } from "../model/channel.js";
import type { Consent, StoredCustomer } from "../model/customer.js";
import type { EdgeContext } from "../model/edge.js";
import { formatInstant } from "../model/instant.js";
import { fromMinorUnits } from "../model/money.js";
import { statusesWith } from "../model/receipt.js";
import { recordOf, withoutUndefined } from "../model/record-of.js";
import { instantViewSchema, viewInstants } from "./instant.js";
import { type View, viewSchema } from "./view.js";

const consentSchema = z.object({
  state: z.enum(["subscribed", "withdrawn"]),
  at: instantViewSchema.optional(),
  by: z
    .enum(["record", ...statusesWith("withdrawsConsent"), "default"])
    .meta({ description: "Who said so; `default`: nobody, and the engine's configuration decides." }),
});

const schema = z
  .object({
    id: z.string(),
    ...recordOf(ADDRESS_FIELDS, () => z.string().optional()),
    name: z.string().optional(),
    timeZone: z.string().optional(),
    tags: z.array(z.string()),
    attributes: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.array(z.string())])),
    visitCount: z.int(),
    lastVisitAt: instantViewSchema.optional(),
    consent: z.object(recordOf(CHANNELS, () => consentSchema.optional())),
    createdAt: instantViewSchema,
    updatedAt: instantViewSchema,
    orderCount: z.int(),
    totalSpend: z.number().meta({ description: "Purchases less refunds, without what was cancelled." }),
    firstOrderAt: instantViewSchema.optional(),
    lastOrderAt: instantViewSchema.optional(),
  })
  .meta({ id: "Customer" });

/** A customer with its totals. */
export interface Customer extends View<z.output<typeof schema>> {}
export const customerViewSchema: z.ZodType<Customer> = viewSchema(schema);

export function viewCustomer(customer: StoredCustomer, context: EdgeContext): Customer {
  const { id, name, timeZone, tags, attributes, visitCount, consent, orderCount } = customer;
  const { lastVisitAt, firstOrderAt, lastOrderAt } = customer;
  return {
    id,
    ...addressesOf(customer),
    ...(name === undefined ? {} : { name }),
    ...(timeZone === undefined ? {} : { timeZone }),
    tags,
    attributes,
    visitCount,
    consent: withoutUndefined(recordOf(CHANNELS, (channel) => viewConsent(consent[channel], context))),
    createdAt: formatInstant(customer.createdAt),
    updatedAt: formatInstant(customer.updatedAt),
    orderCount,
    totalSpend: fromMinorUnits(customer.totalSpend, context.currencyDecimals),
    ...viewInstants({ lastVisitAt, firstOrderAt, lastOrderAt }),
  };
}

/** Those that are there. */
function addressesOf(customer: StoredCustomer): Addresses {
  const known = ADDRESS_FIELDS.filter((field) => customer[field] !== undefined);
  return Object.fromEntries(known.map((field) => [field, customer[field]]));
}

function viewConsent(
  said: Consent | undefined,
  { defaultConsent }: EdgeContext,
): View<z.output<typeof consentSchema>> | undefined {
  if (said) return { state: said.state, ...viewInstants({ at: said.at }), by: said.by };
  return defaultConsent === "none" ? undefined : { state: "subscribed", by: "default" };
}
