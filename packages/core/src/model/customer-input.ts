import { z } from "zod";
import type { Issue } from "../errors.js";
import { attributeFault, declaredType } from "./attribute.js";
import { ADDRESS_FIELDS, type Addresses, type AddressField, CHANNELS } from "./channel.js";
import { addressSchemas } from "./contact/address.js";
import type { Clearable, CustomerFields } from "./customer.js";
import { type EdgeContext, idText, instantText, type Parsed, parseWith, text } from "./edge.js";
import { isTimeZone } from "./instant.js";
import { statusesWith } from "./receipt.js";
import { recordOf, withoutUndefined } from "./record-of.js";

/** A parsed customer row: `id` may still be missing, then `fields.email` is there. */
export interface CustomerRecord {
  readonly id?: string;
  readonly fields: CustomerFields;
}

export type ParseCustomer = (input: unknown) => Parsed<CustomerRecord>;

/** The schema of a customer as it comes in. Unknown fields are refused, so that typos are noticed. */
export function customerSchema(context: EdgeContext) {
  const attribute = z.union([text(4_000), z.number(), z.boolean(), z.array(text(1_000)).max(1_000), z.null()]);
  const addresses = addressSchemas(context);
  const consent = z
    .strictObject({
      state: z.enum(["subscribed", "withdrawn"]),
      at: instantText(context).optional(),
      by: z.enum([...statusesWith("withdrawsConsent"), "bounced"]).optional(),
    })
    .refine(({ state, by }) => state === "withdrawn" || by === undefined, {
      path: ["by"],
      message: "says how a consent was withdrawn, and this one is not",
    });
  return z
    .strictObject({
      id: idText.optional(),
      ...recordOf(ADDRESS_FIELDS, (field) => addresses[field].nullish()),
      name: text(500).nullish(),
      timeZone: text(100).refine(isTimeZone, "must be an IANA time zone such as Europe/London").nullish(),
      tags: z.array(text(200).min(1)).max(1_000).nullish(),
      attributes: z
        .record(text(200).min(1), attribute)
        .refine((value) => Object.keys(value).length <= 500, "must have at most 500 keys")
        .superRefine((value, refinement) => {
          for (const [name, held] of Object.entries(value)) {
            const type = declaredType(context.attributes, name);
            const message = type && attributeFault(type, held);
            if (message) refinement.addIssue({ code: "custom", path: [name], message });
          }
        })
        .optional(),
      visitCount: z.int().min(0).max(Number.MAX_SAFE_INTEGER).nullish(),
      lastVisitAt: instantText(context).nullish(),
      consent: z.strictObject(recordOf(CHANNELS, () => consent.optional())).optional(),
    })
    .meta({ id: "CustomerInput", description: "A customer to insert or change: absent fields stay as they are, null clears." });
}

/** Makes the parser of one engine. An id or an address must be there; an id that is an address of the record is refused. */
export function customerParser(context: EdgeContext): ParseCustomer {
  const schema = customerSchema(context);
  const addresses = addressSchemas(context);
  return (input) => {
    const parsed = parseWith(schema, input);
    if (!parsed.ok) return parsed;
    const { id, ...given } = parsed.value;
    const fields = withoutUndefined(given) as CustomerFields;
    const issues = [...identityIssues(id, fields, addresses), ...prototypeIssues(input)];
    if (issues.length > 0) return { ok: false, issues };
    return { ok: true, value: { ...(id === undefined ? {} : { id }), fields } };
  };
}

function identityIssues(
  id: string | undefined,
  fields: Clearable<Addresses>,
  schemas: ReturnType<typeof addressSchemas>,
): Issue[] {
  const isGiven = (field: AddressField): boolean => typeof fields[field] === "string";
  if (id === undefined) {
    return ADDRESS_FIELDS.some(isGiven) ? [] : [{ path: "id", message: `an id, ${ADDRESS_FIELDS.join(" or ")} is required` }];
  }
  const same = ADDRESS_FIELDS.find((field) => isGiven(field) && schemas[field].safeParse(id).data === fields[field]);
  return same ? [{ path: "id", message: `must not be the customer's own ${same}: ids outlive erasure` }] : [];
}

/** The schema drops `__proto__` in silence, so the input itself is searched for it. */
function prototypeIssues(input: unknown): Issue[] {
  const { attributes } = input as { readonly attributes?: object };
  return attributes !== undefined && Object.hasOwn(attributes, "__proto__")
    ? [{ path: "attributes.__proto__", message: "must not be the name of an attribute" }]
    : [];
}
