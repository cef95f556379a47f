import type { Channel } from "../../model/channel.js";
import type { Instant } from "../../model/instant.js";
import type { MessageEvent } from "./message-event.js";

/**
 * What a rule means once dates, money and negated operators are resolved: the only thing that an adapter compiles.
 * It has few tests, all of them positive: none holds for a missing value or one of another type, and `not` is the plain complement.
 */
export type Condition =
  | { readonly kind: "all"; readonly of: readonly Condition[] }
  | { readonly kind: "any"; readonly of: readonly Condition[] }
  | { readonly kind: "not"; readonly of: Condition }
  /** The field has a value of any type. */
  | { readonly kind: "present"; readonly field: FieldRef }
  /** The field has a value of this type; `date` is a text (or instant) that reads as a time. */
  | { readonly kind: "typed"; readonly field: FieldRef; readonly type: ValueType }
  /** Text equal, code unit by code unit, to one of the values, which are never none. */
  | { readonly kind: "textIn"; readonly field: FieldRef; readonly values: readonly string[] }
  /** `foldText(value)` contains, starts or ends with `folded`, which is folded already and never empty. */
  | { readonly kind: "textLike"; readonly field: FieldRef; readonly how: "contains" | "starts" | "ends"; readonly folded: string }
  | { readonly kind: "compare"; readonly field: FieldRef; readonly how: "lt" | "lte" | "gt" | "gte"; readonly value: number }
  | { readonly kind: "numberIn"; readonly field: FieldRef; readonly values: readonly number[] }
  | { readonly kind: "is"; readonly field: FieldRef; readonly value: boolean }
  /** The time lies in one of the half-open ranges, which are never none. With `yearly`, that decides for wall clocks, and the ranges for instants only. */
  | { readonly kind: "within"; readonly field: FieldRef; readonly ranges: readonly TimeRange[]; readonly yearly?: YearlyDays }
  /** The array holds at least one (`any`) or every one (`all`) of the values, which are never none. */
  | { readonly kind: "includes"; readonly field: FieldRef; readonly how: "any" | "all"; readonly values: readonly string[] }
  /** The array has no entries (a missing one is not an array: see `present`). */
  | { readonly kind: "empty"; readonly field: FieldRef };

/** A condition on one field. */
export type Test = Extract<Condition, { readonly field: FieldRef }>;

/** How a value is held. Money is `number` (minor units) by the time a condition exists. */
export type ValueType = "text" | "number" | "boolean" | "date" | "array";

/**
 * Where a value is read: a customer's own field, an attribute, the state of consent (text), why nobody is written to at its address
 * (`unsubscribed`, `suppressed`, or missing), a measure over the customer's orders or messages, or the customer's place in a sample. In `where` of an order measure only, `order` and `item` are fields
 * of the order and the item at hand.
 */
export type FieldRef =
  | { readonly of: "customer"; readonly name: CustomerFieldName; readonly type: ValueType }
  | { readonly of: "attribute"; readonly name: string }
  | ConsentRef
  | { readonly of: "mark"; readonly channel: Channel }
  | OrdersRef
  | MessagesRef
  | SampleRef
  | { readonly of: "order"; readonly name: OrderFieldName; readonly type: ValueType }
  | { readonly of: "item"; readonly name: ItemFieldName; readonly type: ValueType };

/** The state of consent to a channel, and what it is where nobody said anything; missing there, if absent. */
export interface ConsentRef {
  readonly of: "consent";
  readonly channel: Channel;
  readonly otherwise?: "subscribed";
}

/**
 * One measure over those of a customer's orders for which `where` holds. `count` and `sum` over none are 0; the others are
 * missing. `sum`, `min`, `max` are of `amount` in minor units, `first` and `last` the least and greatest `placedAt`.
 * `excess` is the sum of `amount - base`: an average is above `base` where it is above zero, so that nobody divides.
 *
 * `where` (types, statuses, times and windows are part of it) holds for an order when one of its items makes the whole of it true, or,
 * where there is no item or no `item` field in it, the order alone. An order counts once.
 */
export interface OrdersRef {
  readonly of: "orders";
  readonly measure: "count" | "sum" | "min" | "max" | "first" | "last" | "excess";
  /** For `excess`: minor units. */
  readonly base?: number;
  readonly where: Condition;
}

/** How many messages (log rows) of a customer, in one campaign or any, met an event, in `window` if there is one. */
export interface MessagesRef {
  readonly of: "messages";
  readonly event: MessageEvent;
  readonly campaignId?: string;
  readonly window?: TimeRange;
}

/**
 * A customer's place, from 0 to SAMPLE_PLACES - 1: `(sampleHash(id) * factor + offset) mod SAMPLE_PLACES`, in integers below 2^53.
 * Stores keep `sampleHash(id)` beside the customer.
 */
export interface SampleRef {
  readonly of: "sample";
  /** From 1 to 2^22 - 1, so that the product is exact in a double. */
  readonly factor: number;
  /** From 0 to SAMPLE_PLACES - 1. */
  readonly offset: number;
}

/** The prime 2^31 - 1. */
export const SAMPLE_PLACES = 2_147_483_647;

export type OrderFieldName = "id" | "type" | "status" | "amount" | "currency" | "placedAt" | "channel";
/** `price` is in major units, as it came. */
export type ItemFieldName = "sku" | "name" | "category" | "quantity" | "price";

export type CustomerFieldName =
  | "id"
  | "email"
  | "phone"
  | "name"
  | "timeZone"
  | "tags"
  | "visitCount"
  | "lastVisitAt"
  | "createdAt"
  | "updatedAt"
  | "orderCount"
  | "totalSpend"
  | "firstOrderAt"
  | "lastOrderAt";

/**
 * A half-open range `[from, to)`; an absent end is open. Instants are compared with `from` and `to`; an attribute's
 * date or date-time without an offset is compared by its wall clock (`YYYY-MM-DDTHH:MM:SS.mmm`, which sorts as text)
 * with `fromWallClock` and `toWallClock`, the same ends on the wall clock of the rule's time zone. Both forms of an end
 * are there, or neither.
 */
export interface TimeRange {
  readonly from?: Instant;
  readonly to?: Instant;
  readonly fromWallClock?: string;
  readonly toWallClock?: string;
}

/**
 * The same days of every year: wall clocks before `before` whose month and day (`MM-DD`, their sixth to tenth character) lie in one of the
 * runs, both ends included. A run does not go over the end of the year.
 */
export interface YearlyDays {
  readonly runs: readonly { readonly first: string; readonly last: string }[];
  readonly before: string;
}

/** Folding for every text operator but eq, ne, in and notIn: NFC, then lower case. Stores keep the folded text beside the text. */
export function foldText(text: string): string {
  return text.normalize("NFC").toLowerCase();
}
