import type { Channel, StoredCustomer } from "@crm-engine/core";
import { CHANNELS, type Consent, type EdgeContext, formatInstant, fromMinorUnits } from "@crm-engine/core/schemas";
import { z } from "@hono/zod-openapi";
import { instantSchema, presentInstants } from "./instant.js";

const consentSchema = z.object({ state: z.enum(["subscribed", "withdrawn"]), at: instantSchema.optional() });

export const customerOutSchema = z
  .object({
    id: z.string(),
    email: z.string().optional(),
    phone: z.string().optional(),
    name: z.string().optional(),
    timeZone: z.string().optional(),
    tags: z.array(z.string()),
    attributes: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.array(z.string())])),
    visitCount: z.int(),
    lastVisitAt: instantSchema.optional(),
    consent: z.object({ email: consentSchema, sms: consentSchema }),
    createdAt: instantSchema,
    updatedAt: instantSchema,
    orderCount: z.int(),
    totalSpend: z.number().openapi({ description: "Purchases less refunds." }),
    firstOrderAt: instantSchema.optional(),
    lastOrderAt: instantSchema.optional(),
  })
  .openapi("Customer");

type CustomerOut = z.infer<typeof customerOutSchema>;

export function presentCustomer(customer: StoredCustomer, context: EdgeContext): CustomerOut {
  const { id, email, phone, name, timeZone, tags, attributes, visitCount, orderCount } = customer;
  return {
    id,
    ...(email === undefined ? {} : { email }),
    ...(phone === undefined ? {} : { phone }),
    ...(name === undefined ? {} : { name }),
    ...(timeZone === undefined ? {} : { timeZone }),
    tags: [...tags],
    attributes: Object.fromEntries(
      Object.entries(attributes).map(([key, value]) => [key, typeof value === "object" ? [...value] : value]),
    ),
    visitCount,
    consent: { email: presentConsent(customer.consent.email), sms: presentConsent(customer.consent.sms) },
    createdAt: formatInstant(customer.createdAt),
    updatedAt: formatInstant(customer.updatedAt),
    orderCount,
    totalSpend: fromMinorUnits(customer.totalSpend, context.currencyDecimals),
    ...presentInstants({
      lastVisitAt: customer.lastVisitAt,
      firstOrderAt: customer.firstOrderAt,
      lastOrderAt: customer.lastOrderAt,
    }),
  };
}

export const CUSTOMER_CSV_COLUMNS = [
  "id",
  "email",
  "phone",
  "name",
  "timeZone",
  "tags",
  "visitCount",
  "lastVisitAt",
  ...CHANNELS.map((channel): `consent.${Channel}` => `consent.${channel}`),
  "orderCount",
  "totalSpend",
  "firstOrderAt",
  "lastOrderAt",
  "createdAt",
  "updatedAt",
  "attributes",
] as const;

/** A flat row for a download: tags joined by `;`, attributes as JSON. */
export function customerCsvRow(
  customer: StoredCustomer,
  context: EdgeContext,
): Readonly<Record<string, string | number | undefined>> {
  const { tags, attributes, consent, ...fields } = presentCustomer(customer, context);
  return {
    ...fields,
    tags: tags.join(";"),
    "consent.email": consent.email.state,
    "consent.sms": consent.sms.state,
    attributes: JSON.stringify(attributes),
  };
}

function presentConsent(consent: Consent): CustomerOut["consent"]["email"] {
  return { state: consent.state, ...presentInstants({ at: consent.at }) };
}
