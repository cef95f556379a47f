import type { Issue } from "../../errors.js";
import { ADDRESS_FIELDS } from "../../model/channel.js";
import type { AddressHasher } from "../../model/contact/address-hash.js";
import { type CustomerChange, type CustomerOutcome, MAX_CUSTOMER_BYTES } from "../../model/customer.js";
import { type Effect, isEffect } from "../../model/effect.js";
import { recordOf, withoutUndefined } from "../../model/record-of.js";
import { judgeChanges } from "../suppressions/record-evidence.js";
import type { ApplyParts } from "./apply-parts.js";
import type { IdentifiedRow } from "./identify-rows.js";
import type { Work } from "./narrow-down.js";

export const ERASED = "the customer was erased after this row was sent";
export const TOO_LARGE = `with this row, the customer's record would be larger than ${MAX_CUSTOMER_BYTES / 1024} KiB`;

const ISSUES: Readonly<Record<Exclude<CustomerOutcome, Effect>, Issue>> = {
  erased: { path: "id", message: ERASED },
  too_large: { path: "", message: TOO_LARGE },
};

/** Records are stored before what they say of their addresses is, and marks come last. */
export function createApplyCustomers(parts: ApplyParts): Work<IdentifiedRow> {
  return async (rows) => {
    const hasher = await parts.addresses();
    const changes = rows.map((row) => changeOf(row, hasher));
    const outcomes = await parts.store.customers.apply(changes);
    await judgeChanges(
      parts,
      changes.filter((_, index) => isEffect(outcomes[index] ?? "")),
    );
    return outcomes.map((outcome) => (isEffect(outcome) ? outcome : ISSUES[outcome]));
  };
}

/** What a row says of its customer. */
export function changeOf(
  { customerId, stamp, single, customer: { fields } }: IdentifiedRow,
  hasher: AddressHasher,
): CustomerChange & { readonly single: boolean } {
  const hashes = recordOf(ADDRESS_FIELDS, (field) => {
    const address = fields[field];
    return typeof address === "string" ? hasher.hash(field, address) : undefined;
  });
  return { id: customerId, stamp, single, fields, hashes: withoutUndefined(hashes) };
}
