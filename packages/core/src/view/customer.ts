import { z } from "zod";
import { CHANNELS, type Consent, type StoredCustomer } from "../model/customer.js";
import type { EdgeContext } from "../model/edge.js";
import { formatInstant } from "../model/instant.js";
import { fromMinorUnits } from "../model/money.js";
import { instantViewSchema, viewInstants } from "./instant.js";
import { byName, type View, viewSchema } from "./view.js";

const consentSchema = z.object({ state: z.enum(["subscribed", "withdrawn"]), at: instantViewSchema.optional() });

const schema = z
  .object({
    id: z.string(),
    email: z.string().optional(),
    phone: z.string().optional(),
    name: z.string().optional(),
    timeZone: z.string().optional(),
    tags: z.array(z.string()),
    attributes: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.array(z.string())])),
    visitCount: z.int(),
    lastVisitAt: instantViewSchema.optional(),
    consent: z.object(byName(CHANNELS, () => consentSchema)),
    createdAt: instantViewSchema,
    updatedAt: instantViewSchema,
    orderCount: z.int(),
    totalSpend: z.number().meta({ description: "Purchases less refunds." }),
    firstOrderAt: instantViewSchema.optional(),
    lastOrderAt: instantViewSchema.optional(),
  })
  .meta({ id: "Customer" });

/** A customer with its totals. */
export interface Customer extends View<z.output<typeof schema>> {}
export const customerViewSchema: z.ZodType<Customer> = viewSchema(schema);

export function viewCustomer(customer: StoredCustomer, context: EdgeContext): Customer {
  const { id, email, phone, name, timeZone, tags, attributes, visitCount, consent, orderCount } = customer;
  const { lastVisitAt, firstOrderAt, lastOrderAt } = customer;
  return {
    id,
    ...(email === undefined ? {} : { email }),
    ...(phone === undefined ? {} : { phone }),
    ...(name === undefined ? {} : { name }),
    ...(timeZone === undefined ? {} : { timeZone }),
    tags,
    attributes,
    visitCount,
    consent: byName(CHANNELS, (channel) => viewConsent(consent[channel])),
    createdAt: formatInstant(customer.createdAt),
    updatedAt: formatInstant(customer.updatedAt),
    orderCount,
    totalSpend: fromMinorUnits(customer.totalSpend, context.currencyDecimals),
    ...viewInstants({ lastVisitAt, firstOrderAt, lastOrderAt }),
  };
}

function viewConsent({ state, at }: Consent): View<z.output<typeof consentSchema>> {
  return { state, ...viewInstants({ at }) };
}
