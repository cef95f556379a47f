import type { AttributeValue, StoredCustomer } from "../model/customer.js";
import type { EdgeContext } from "../model/edge.js";
import type { Instant } from "../model/instant.js";
import { fromMinorUnits } from "../model/money.js";
import { zonedText } from "./zoned-time.js";

/** What a template sees of a customer: money in major units, times as ISO 8601 in the customer's zone, else the engine's. */
export interface CustomerView {
  readonly id: string;
  readonly email: string | undefined;
  readonly phone: string | undefined;
  readonly name: string | undefined;
  readonly timeZone: string | undefined;
  readonly tags: readonly string[];
  readonly visitCount: number;
  readonly lastVisitAt: string | undefined;
  readonly attributes: Readonly<Record<string, AttributeValue | undefined>>;
  readonly orderCount: number;
  readonly totalSpend: number;
  readonly firstOrderAt: string | undefined;
  readonly lastOrderAt: string | undefined;
  readonly createdAt: string;
}

/** Somebody with a value in every field. */
export const SAMPLE_VIEW: CustomerView = {
  id: "customer-1",
  email: "ada@example.com",
  phone: "+44 20 7946 0000",
  name: "Ada Lovelace",
  timeZone: "Europe/London",
  tags: ["vip", "london"],
  visitCount: 3,
  lastVisitAt: "2026-01-15T09:30:00+00:00",
  attributes: { size: undefined },
  orderCount: 2,
  totalSpend: 120.5,
  firstOrderAt: "2025-06-01T12:00:00+01:00",
  lastOrderAt: "2026-01-15T09:45:00+00:00",
  createdAt: "2025-05-31T08:00:00+01:00",
};

/** In which times are told to a customer. */
export function zoneOf(customer: Pick<StoredCustomer, "timeZone">, context: EdgeContext): string {
  return customer.timeZone ?? context.timeZone;
}

/**
 * Times are read only where a template asks for them, and once: finding a zone's offset is most of the work of a short message.
 */
export function customerView(customer: StoredCustomer, context: EdgeContext): CustomerView {
  const zone = zoneOf(customer, context);
  const { id, email, phone, name, timeZone, tags, visitCount, orderCount } = customer;
  const texts = new Map<Instant, string>();
  const textOf = (instant: Instant): string => {
    const text = texts.get(instant) ?? zonedText(instant, zone);
    texts.set(instant, text);
    return text;
  };
  return {
    ...{ id, email, phone, name, timeZone, tags, visitCount, orderCount },
    totalSpend: fromMinorUnits(customer.totalSpend, context.currencyDecimals),
    // Liquid would answer a missing `size` with the number of attributes.
    attributes: { size: undefined, ...customer.attributes },
    get lastVisitAt() {
      return customer.lastVisitAt === undefined ? undefined : textOf(customer.lastVisitAt);
    },
    get firstOrderAt() {
      return customer.firstOrderAt === undefined ? undefined : textOf(customer.firstOrderAt);
    },
    get lastOrderAt() {
      return customer.lastOrderAt === undefined ? undefined : textOf(customer.lastOrderAt);
    },
    get createdAt() {
      return textOf(customer.createdAt);
    },
  };
}
