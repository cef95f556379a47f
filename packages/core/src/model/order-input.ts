import { z } from "zod";
import type { CustomerFields } from "./customer.js";
import { customerParser } from "./customer-input.js";
import { type EdgeContext, idText, instantText, type Parsed, parseWith, text } from "./edge.js";
import { isLongerThan } from "./json-bytes.js";
import { MAX_AMOUNT, type MinorUnits, parseDecimal, toMinorUnits } from "./money.js";
import { MAX_ORDER_BYTES, MAX_ORDER_ITEMS, type StoredOrder, TOO_LARGE_ORDER } from "./order.js";

/** A parsed order row. The customer is named by id, or carried inline to be upserted first. */
export interface OrderRecord {
  readonly order: Omit<StoredOrder, "customerId" | "batchId" | "row">;
  readonly customer: { readonly id?: string; readonly fields: CustomerFields };
}

export type ParseOrder = (input: unknown) => Parsed<OrderRecord>;

/** The schema of one order as it comes in; money is checked against the currency's decimals. */
export function orderSchema(context: EdgeContext) {
  const decimal = z.union([z.number(), z.string().max(40)]);
  const amount = decimal
    .meta({ description: `In ${context.currency}, at most ${context.currencyDecimals} decimals.` })
    .transform((value, refinement): MinorUnits => {
      const parsed = parseDecimal(value);
      const minor = parsed && toMinorUnits(parsed, context.currencyDecimals);
      const fault =
        parsed === undefined
          ? "must be a decimal number"
          : parsed.coefficient < 0n
            ? 'must be zero or more; give money back with type "refund"'
            : minor === undefined && parsed.scale > context.currencyDecimals
              ? `must have at most ${context.currencyDecimals} decimals in ${context.currency}`
              : minor === undefined || minor > MAX_AMOUNT
                ? "is too large"
                : undefined;
      if (fault === undefined && minor !== undefined) return minor;
      refinement.addIssue({ code: "custom", message: fault ?? "must be a decimal number" });
      return z.NEVER;
    });
  const price = decimal.transform((value, refinement): number => {
    const parsed = parseDecimal(value);
    const exact = parsed && parsed.coefficient >= 0n && String(parsed.coefficient).length <= 15;
    if (exact) return Number(parsed.coefficient) / 10 ** parsed.scale;
    refinement.addIssue({ code: "custom", message: "must be a decimal number, zero or more, of at most 15 digits" });
    return z.NEVER;
  });
  return z
    .strictObject({
      id: idText,
      customerId: idText.optional(),
      customer: z
        .record(z.string(), z.unknown())
        .optional()
        .meta({ description: "The customer inline, as in POST /api/customers." }),
      type: z.enum(["purchase", "refund"]).default("purchase"),
      status: z
        .enum(["placed", "cancelled"])
        .default("placed")
        .meta({ description: "A cancelled order counts nowhere. To cancel one, send it again; as placed it counts again." }),
      amount,
      currency: z
        .string()
        .refine((value) => value === context.currency, `must be ${context.currency}: an engine has one currency`)
        .optional(),
      placedAt: instantText(context),
      items: z
        .array(
          z.strictObject({
            sku: text(200).min(1),
            name: text(500).nullish(),
            category: text(200).nullish(),
            quantity: z.number().positive(),
            price,
          }),
        )
        .max(MAX_ORDER_ITEMS)
        .optional(),
      channel: text(100).nullish(),
    })
    .meta({
      id: "OrderInput",
      description: "An order: an upsert by id. Name its customer by customerId, or carry it as customer.",
    });
}

/** Makes the parser of one engine. */
export function orderParser(context: EdgeContext): ParseOrder {
  const schema = orderSchema(context);
  const parseCustomer = customerParser(context);
  return (input) => {
    const parsed = parseWith(schema, input);
    if (!parsed.ok) return parsed;
    const { customerId, customer, currency, items, channel, ...rest } = parsed.value;
    if ((customerId === undefined) === (customer === undefined)) {
      return { ok: false, issues: [{ path: "customerId", message: "give either customerId or customer" }] };
    }
    const owner = customer === undefined ? undefined : parseCustomer(customer);
    if (owner && !owner.ok) {
      return {
        ok: false,
        issues: owner.issues.map((issue) => ({ ...issue, path: issue.path ? `customer.${issue.path}` : "customer" })),
      };
    }
    const order = {
      ...rest,
      currency: currency ?? context.currency,
      items: (items ?? []).map(({ name, category, ...item }) => ({
        ...item,
        ...(name ? { name } : {}),
        ...(category ? { category } : {}),
      })),
      ...(channel ? { channel } : {}),
    };
    if (isLongerThan(order, MAX_ORDER_BYTES)) return { ok: false, issues: [TOO_LARGE_ORDER] };
    return {
      ok: true,
      value: {
        order,
        customer: owner?.value ?? { ...(customerId === undefined ? {} : { id: customerId }), fields: {} },
      },
    };
  };
}
