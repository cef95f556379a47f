import { z } from "zod";
import type { Issue } from "../errors.js";
import { type CustomerFields, customerParser, type Stamp } from "./customer.js";
import { type EdgeContext, idText, instantText, type Parsed, parseWith, text } from "./edge.js";
import type { Instant } from "./instant.js";
import { isLongerThan } from "./json-bytes.js";
import { MAX_AMOUNT, type MinorUnits, parseDecimal, toMinorUnits } from "./money.js";

export interface OrderItem {
  readonly sku: string;
  readonly name?: string;
  readonly category?: string;
  readonly quantity: number;
  /** Major units, possibly finer than the currency. Shown and compared, never summed. */
  readonly price: number;
}

export interface StoredOrder {
  readonly id: string;
  readonly customerId: string;
  readonly type: "purchase" | "refund";
  /** A cancelled order counts in no total, and in no rule that doesn't name its status. */
  readonly status: "placed" | "cancelled";
  /** What was paid (or given back), zero or more. The items need not add up to it. */
  readonly amount: MinorUnits;
  readonly currency: string;
  readonly placedAt: Instant;
  readonly items: readonly OrderItem[];
  readonly channel?: string;
}

/** An order as a store applies it: an upsert by id in which the older stamp loses. */
export interface OrderChange extends StoredOrder {
  readonly stamp: Stamp;
}

/** What all orders of one customer may add up to, whatever their type and status, so that every sum of them is exact. */
export const MAX_ORDERS_TOTAL: MinorUnits = Number.MAX_SAFE_INTEGER;

/** Bound of an order, as JSON: 10,000 items of an ordinary length. */
export const MAX_ORDER_BYTES = 1024 * 1024;
export const MAX_ORDER_ITEMS = 10_000;

export const TOO_LARGE_ORDER: Issue = { path: "items", message: `the order is larger than ${MAX_ORDER_BYTES} bytes of JSON` };

/**
 * What became of an order: `stale` lost to a newer stamp (and is accepted all the same); with one that is `over_limit`, its
 * customer's orders would add up to more than `MAX_ORDERS_TOTAL`.
 */
export type OrderOutcome = "stored" | "stale" | "other_customer" | "erased" | "over_limit";

/** A parsed order row. The customer is named by id, or carried inline to be upserted first. */
export interface OrderRecord {
  readonly order: Omit<StoredOrder, "customerId">;
  readonly customer: { readonly id?: string; readonly fields: CustomerFields };
}

export type ParseOrder = (input: unknown) => Parsed<OrderRecord>;

/** Totals of a customer's stored orders. */
export interface OrderTotals {
  readonly orderCount: number;
  readonly totalSpend: MinorUnits;
  readonly firstOrderAt?: Instant;
  readonly lastOrderAt?: Instant;
}

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

/** Picks the totals from a customer's fields. */
export function totalsIn({ orderCount, totalSpend, firstOrderAt, lastOrderAt }: OrderTotals): OrderTotals {
  return {
    orderCount,
    totalSpend,
    ...(firstOrderAt === undefined ? {} : { firstOrderAt }),
    ...(lastOrderAt === undefined ? {} : { lastOrderAt }),
  };
}

export function sameTotals(a: OrderTotals, b: OrderTotals): boolean {
  return (["orderCount", "totalSpend", "firstOrderAt", "lastOrderAt"] as const).every((name) => a[name] === b[name]);
}

/** Totals as a function of a customer's placed orders: spend is purchases less refunds, the others count purchases only. */
export function totalsOf(orders: Iterable<Pick<StoredOrder, "type" | "status" | "amount" | "placedAt">>): OrderTotals {
  let orderCount = 0;
  let totalSpend = 0;
  let first: Instant | undefined;
  let last: Instant | undefined;
  for (const order of orders) {
    if (order.status === "cancelled") continue;
    if (order.type === "refund") {
      totalSpend -= order.amount;
      continue;
    }
    orderCount += 1;
    totalSpend += order.amount;
    if (first === undefined || order.placedAt < first) first = order.placedAt;
    if (last === undefined || order.placedAt > last) last = order.placedAt;
  }
  return {
    orderCount,
    totalSpend,
    ...(first === undefined ? {} : { firstOrderAt: first }),
    ...(last === undefined ? {} : { lastOrderAt: last }),
  };
}
