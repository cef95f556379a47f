import type { StoredCommunication } from "../../model/communication-log.js";
import type { StoredCustomer } from "../../model/customer.js";
import type { StoredOrder } from "../../model/order.js";
import type { Condition, FieldRef } from "./condition.js";

/** What rules read: a customer with as much of its history as a condition asks about (see `historyIn`); absent history is none. */
export interface Subject extends Omit<StoredCustomer, "stamp" | "cleared"> {
  readonly orders?: readonly StoredOrder[];
  readonly messages?: readonly SubjectMessage[];
}

/** What a condition reads of a log row. */
export type SubjectMessage = Pick<StoredCommunication, "campaignId" | "evidence">;

/** Which parts of a customer's history a condition reads. */
export function historyIn(condition: Condition): { readonly orders: boolean; readonly messages: boolean } {
  return { orders: reads(condition, "orders"), messages: reads(condition, "messages") };
}

function reads(condition: Condition, what: FieldRef["of"]): boolean {
  if (condition.kind === "not") return reads(condition.of, what);
  return "of" in condition ? condition.of.some((part) => reads(part, what)) : condition.field.of === what;
}
