import type { Issue } from "../../errors.js";
import { type CustomerOutcome, MAX_CUSTOMER_BYTES } from "../../model/customer.js";
import type { EngineParts } from "../engine-parts.js";
import type { IdentifiedRow } from "./identify-rows.js";
import type { Work } from "./narrow-down.js";

export const ERASED = "the customer was erased after this row was sent";
export const TOO_LARGE = `with this row, the customer's record would be larger than ${MAX_CUSTOMER_BYTES / 1024} KiB`;

const ISSUES: Readonly<Record<CustomerOutcome, Issue | undefined>> = {
  stored: undefined,
  erased: { path: "id", message: ERASED },
  too_large: { path: "", message: TOO_LARGE },
};

export function createApplyCustomers({ store }: EngineParts): Work<IdentifiedRow> {
  return async (rows) => {
    const outcomes = await store.customers.apply(
      rows.map(({ customerId, stamp, customer }) => ({ id: customerId, stamp, fields: customer.fields })),
    );
    return outcomes.map((outcome) => ISSUES[outcome]);
  };
}
