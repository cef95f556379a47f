import assert from "node:assert/strict";
import { ADDRESS_FIELDS, CHANNELS } from "../../model/channel.js";
import type { CustomerFields } from "../../model/customer.js";
import { recordOf, withoutUndefined } from "../../model/record-of.js";
import type { Store } from "../../ports/index.js";
import type { Subject } from "../../query/condition/subject.js";
import { readAll } from "../expect.js";
import { type GeneratedCustomer, generateCustomers } from "./generate-customers.js";
import { orderId } from "./generate-history.js";
import { loadCustomers, stampAt } from "./load-customers.js";
import type { TableCustomer } from "./rule-table.js";

/** Generated customers in a store, some of them changed or erased afterwards. */
export interface Population {
  /** Everyone who is there, by id, with their history, as the store itself gives them back. */
  readonly subjects: readonly Subject[];
  /** Whom no rule may find. Their orders are still there. */
  readonly erased: readonly string[];
}

type Fate = "changed" | "erased" | "returned";
/** What becomes of the customer at a place in every ten; the others stay as they came. */
const FATES: Readonly<Record<number, Fate>> = { 1: "changed", 3: "erased", 6: "changed", 8: "returned" };
/** Fields that a customer may lack. */
const CLEARABLE = [...ADDRESS_FIELDS, "name", "timeZone", "lastVisitAt"] as const;
const PAGE = 1_000;

/**
 * Loads generated customers with orders and messages into an empty store. Then some become, with all of their history, who they
 * are under another seed; some are erased; and some are erased and come back as somebody else, without the orders that stayed.
 */
export async function loadPopulation(store: Store, seed: number, size: number): Promise<Population> {
  const first = generateCustomers(seed, size);
  const later = generateCustomers(~seed, size);
  const fateIs = (fate: Fate | undefined) => (_: unknown, index: number) => FATES[index % 10] === fate;
  const erased = first.filter(fateIs("erased")).map(({ id }) => id);
  const returned = later.filter(fateIs("returned"));

  await loadCustomers(store, first.map(asTableCustomer));
  await loadCustomers(store, later.map((next, index) => succeeding(first[index], next)).filter(fateIs("changed")), 1);
  const gone = [...erased, ...returned.map((customer) => customer.id)];
  for (const id of gone) {
    assert.ok(await store.customers.erase(id, stampAt(2)), `${id} was there to be erased`);
  }
  const former = new Set(
    (await readAll(PAGE, (page) => store.orders.list({}, page)))
      .filter(({ customerId }) => gone.includes(customerId))
      .map(({ id }) => id),
  );
  await loadCustomers(store, returned.map(asTableCustomer).map(withOtherOrders), 3);

  const subjects = await readSubjects(
    store,
    first.map(({ id }) => id),
    former,
  );
  const there = first.filter(({ id }) => !erased.includes(id));
  assert.deepEqual(idsOf(subjects), idsOf(there), "everyone is there who was loaded and not erased");
  const unchanged = new Set(idsOf(first.filter(fateIs(undefined))));
  const known = (all: readonly Subject[]) => historyOf(all.filter(({ id }) => unchanged.has(id)));
  assert.deepEqual(known(subjects), known(first), "with all of their history");
  return { subjects, erased };
}

/** The upsert, the orders and the log rows that give a generated customer; only the times of creation and change are the store's own. */
export function asTableCustomer(customer: GeneratedCustomer): TableCustomer {
  const { id, tags, attributes, visitCount, orders, messages } = customer;
  const known = CLEARABLE.map((field) => [field, customer[field]] as const).filter(([, value]) => value !== undefined);
  const consent = withoutUndefined(
    recordOf(CHANNELS, (channel) => customer.consent[channel] && { state: customer.consent[channel].state }),
  );
  const fields = { tags, attributes, visitCount, consent };
  return { id, fields: { ...fields, ...Object.fromEntries(known) }, orders, messages };
}

/** The upsert that also clears what the customer had before and has no more. */
function succeeding(before: GeneratedCustomer | undefined, next: GeneratedCustomer): TableCustomer {
  const customer = asTableCustomer(next);
  const gone = (had: object | undefined) => Object.fromEntries(Object.keys(had ?? {}).map((key) => [key, null]));
  const none: CustomerFields = recordOf(CLEARABLE, () => null);
  const attributes = { ...gone(before?.attributes), ...customer.fields.attributes };
  return { ...customer, fields: { ...none, ...customer.fields, attributes } };
}

/** Who comes back orders anew. */
function withOtherOrders(customer: TableCustomer): TableCustomer {
  return {
    ...customer,
    orders: (customer.orders ?? []).map((order, index) => ({ ...order, id: `again-${orderId(customer.id, index)}` })),
  };
}

/** Customers as the store gives them back, with their orders, but for the former ones, and log rows. */
async function readSubjects(
  { customers, orders, communications }: Store,
  ids: readonly string[],
  former: ReadonlySet<string>,
): Promise<readonly Subject[]> {
  const [there, ordered, sent] = await Promise.all([
    customers.getMany(ids),
    readAll(PAGE, (page) => orders.list({}, page)),
    readAll(PAGE, (page) => communications.list({}, page)),
  ]);
  const present = ordered.filter(({ id }) => !former.has(id));
  const of = <T extends { readonly customerId: string }>(all: readonly T[], id: string) =>
    all.filter(({ customerId }) => customerId === id);
  return [...there]
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .map((customer) => ({ ...customer, orders: of(present, customer.id), messages: of(sent, customer.id) }));
}

/** A history that can be compared, without what a store adds to it. */
function historyOf(subjects: readonly Subject[]): unknown {
  return subjects.map(({ id, orders = [], messages = [] }) => ({
    id,
    orders: [...orders].sort((a, b) => (a.id < b.id ? -1 : 1)),
    messages: messages
      .map(({ campaignId, evidence }) => ({ campaignId, evidence }))
      .sort((a, b) => (a.campaignId < b.campaignId ? -1 : 1)),
  }));
}

function idsOf(subjects: readonly Subject[]): readonly string[] {
  return subjects.map(({ id }) => id);
}
