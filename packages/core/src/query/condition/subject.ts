import type { StoredCommunication } from "../../model/communication-log.js";
import type { StoredCustomer } from "../../model/customer.js";
import type { StoredOrder } from "../../model/order.js";
import type { Condition } from "./condition.js";
import { readsAny } from "./condition-parts.js";

/** What rules read: a customer with as much of its history as a condition asks about (see `historyIn`); absent history is none. */
export interface Subject extends Omit<StoredCustomer, "stamp" | "cleared"> {
  readonly orders?: readonly StoredOrder[];
  readonly messages?: readonly SubjectMessage[];
}

/** What a condition reads of a message's row. */
export type SubjectMessage = Pick<StoredCommunication, "campaignId" | "evidence">;

/** Which parts of a customer's history a condition reads. */
export function historyIn(condition: Condition): { readonly orders: boolean; readonly messages: boolean } {
  return {
    orders: readsAny(condition, ({ of }) => of === "orders"),
    messages: readsAny(condition, ({ of }) => of === "messages"),
  };
}
