import type { Issue } from "../../errors.js";
import { type CustomerChange, foldCustomerChange } from "../../model/customer.js";
import type { EdgeContext } from "../../model/edge.js";
import { isEffect } from "../../model/effect.js";
import { MAX_ORDERS_TOTAL, type OrderChange, type OrderOutcome } from "../../model/order.js";
import { judgeChanges } from "../suppressions/record-evidence.js";
import { changeOf, ERASED, TOO_LARGE } from "./apply-customers.js";
import type { ApplyParts } from "./apply-parts.js";
import type { IdentifiedRow } from "./identify-rows.js";
import type { Fate, Work } from "./narrow-down.js";

const NOBODY: ReadonlySet<string> = new Set();
const TOO_LARGE_CUSTOMER: Issue = { path: "customer", message: TOO_LARGE };
/** Others have filled the record since it was looked at. */
const ONLY_THE_ORDER: Issue = { path: "customer", message: `${TOO_LARGE}; the order itself is stored` };

/**
 * Orders are written first, so that a refused order changes no customer. The bare customers that they create are then filled in.
 * What a row says of its customer is held against the bound of a record before, so that a refused customer stores no order.
 */
export function createApplyOrders(parts: ApplyParts): Work<IdentifiedRow> {
  const { store, context } = parts;
  return async (rows) => {
    const hasher = await parts.addresses();
    const changes = rows.map((row) => (Object.keys(row.customer.fields).length > 0 ? changeOf(row, hasher) : undefined));
    const tooLarge = await overfilling(
      parts,
      changes.filter((change) => change !== undefined),
    );
    const strangers = parts.rejectsUnknownCustomers ? await unknownIn(parts, rows) : NOBODY;
    const fates: Fate[] = rows.map(({ customerId }, place) => {
      const change = changes[place];
      if (change) return tooLarge.has(change) ? TOO_LARGE_CUSTOMER : "unchanged";
      return strangers.has(customerId) ? unknownCustomer(customerId) : "unchanged";
    });
    const places = [...rows.keys()].filter((place) => fates[place] === "unchanged");

    const orders = places.flatMap((place) => orderOf(rows[place]) ?? []);
    const outcomes = await store.orders.apply(orders);
    for (const [index, outcome] of outcomes.entries())
      fates[places[index] ?? 0] = fateOf(outcome, orders[index]?.id ?? "", context);

    const filling = places.filter((place) => typeof fates[place] === "string" && changes[place] !== undefined);
    if (filling.length === 0) return fates;
    const fills = filling.flatMap((place) => changes[place] ?? []);
    const filled = await store.customers.apply(fills);
    await judgeChanges(
      parts,
      fills.filter((_, index) => isEffect(filled[index] ?? "")),
    );
    for (const [index, place] of filling.entries()) {
      if (filled[index] === "too_large") fates[place] = ONLY_THE_ORDER;
      else if (filled[index] === "changed" && fates[place] === "unchanged") fates[place] = "changed";
    }
    return fates;
  };
}

function orderOf(row: IdentifiedRow | undefined): OrderChange | undefined {
  if (!row?.order) return undefined;
  const [first] = row.rows;
  const from = { batchId: row.batchId, ...(first === undefined ? {} : { row: first }) };
  return { ...row.order, ...from, customerId: row.customerId, stamp: row.stamp };
}

/** Of rows that name a customer and say nothing of it: those ids that nobody has, neither now nor by another row here. */
async function unknownIn({ store }: ApplyParts, rows: readonly IdentifiedRow[]): Promise<ReadonlySet<string>> {
  const unknown = new Set(rows.map(({ customerId }) => customerId));
  for (const { customerId, customer } of rows) if (Object.keys(customer.fields).length > 0) unknown.delete(customerId);
  if (unknown.size === 0) return unknown;
  for (const { id } of await store.customers.getMany([...unknown])) unknown.delete(id);
  return unknown;
}

function unknownCustomer(id: string): Issue {
  return { path: "customerId", message: `there is no customer ${id}, and orders don't make one here: send the customer first` };
}

/** Those of the changes with which a record would pass its bound, as records are now. */
async function overfilling(
  { store, clock }: ApplyParts,
  changes: readonly CustomerChange[],
): Promise<ReadonlySet<CustomerChange>> {
  const tooLarge = new Set<CustomerChange>();
  if (changes.length === 0) return tooLarge;
  const found = await store.customers.getMany([...new Set(changes.map(({ id }) => id))]);
  const now = await clock();
  const records = new Map(found.map((customer) => [customer.id, customer]));
  for (const change of changes) {
    const folded = foldCustomerChange(records.get(change.id), change, now);
    if (folded) records.set(change.id, folded);
    else tooLarge.add(change);
  }
  return tooLarge;
}

function fateOf(outcome: OrderOutcome, orderId: string, context: EdgeContext): Fate {
  switch (outcome) {
    case "other_customer":
      return { path: "customerId", message: `order ${orderId} belongs to another customer, and an order keeps its customer` };
    case "erased":
      return { path: "customerId", message: ERASED };
    case "over_limit":
      return { path: "amount", message: overLimit(context) };
    default:
      return outcome;
  }
}

function overLimit({ currency, currencyDecimals }: EdgeContext): string {
  const digits = String(MAX_ORDERS_TOTAL);
  const cut = digits.length - currencyDecimals;
  const limit = currencyDecimals === 0 ? digits : `${digits.slice(0, cut)}.${digits.slice(cut)}`;
  return `with this order, those of its customer would add up to more than ${limit} ${currency}, and no customer's may`;
}
