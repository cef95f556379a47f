import type { ClaimRef, CustomerChange, OrderChange, Store, StoredCommunication } from "@crm-engine/core/ports";

/** One call that writes, with what it needs already stored. */
export interface Deed {
  /** Makes the call through a store of its own on the same data. */
  act(by: Store): Promise<unknown>;
  /** What a caller does after a rejection, before it calls again; mostly nothing. */
  recover?(): Promise<void>;
  /** What the call has left behind, without times. */
  state(): Promise<unknown>;
}

export interface WritePath {
  readonly name: string;
  /** All ids begin with `id`, which is different for each run. */
  prepare(store: Store, id: string): Promise<Deed>;
}

export const LONG_MS = 600_000;
/** A lease that a test can wait for. */
export const SHORT_MS = 150;

export function upsert(id: string, fields: CustomerChange["fields"]): CustomerChange {
  return { id, stamp: 5, fields };
}

export function order(id: string, customerId: string, amount: number): OrderChange {
  return {
    id,
    customerId,
    type: "purchase",
    status: "placed",
    amount,
    currency: "USD",
    placedAt: 1_000 + amount,
    items: [],
    stamp: 1,
  };
}

export function plan(store: Store, id: string): Promise<number> {
  return store.communications.plan({
    campaignId: id,
    channel: "email",
    condition: { kind: "all", of: [] },
    after: id,
    upTo: `${id}~`,
    plannedAt: 1,
  });
}

export async function planned(store: Store, id: string): Promise<void> {
  await store.customers.apply(["a", "b", "c"].map((name) => upsert(`${id}${name}`, { email: `${name}@example.com` })));
  await plan(store, id);
}

export async function claimed(store: Store, id: string, leaseMs = LONG_MS): Promise<readonly ClaimRef[]> {
  await planned(store, id);
  const rows = await store.claims.claim({ campaignId: id, limit: 10, leaseMs });
  return rows.map((row) => ({ id: row.id, epoch: row.epoch }));
}

export async function untilNone(some: () => Promise<number>): Promise<void> {
  while ((await some()) > 0);
}

export async function customersOf({ customers }: Store, ids: readonly string[]): Promise<readonly unknown[]> {
  const found = (await customers.getMany(ids)).map((customer) => ({ ...customer, createdAt: 0, updatedAt: 0 }));
  return found.sort((a, b) => (a.id < b.id ? -1 : 1));
}

export async function rowsOf({ communications }: Store, campaignId: string): Promise<readonly StoredCommunication[]> {
  const { items } = await communications.list({ campaignId }, { limit: 10 });
  return items.map((row) => ({
    ...row,
    ...(row.firstCallAt === undefined ? {} : { firstCallAt: 0 }),
    ...(row.handedOverAt === undefined ? {} : { handedOverAt: 0 }),
    ...(row.waitedUntil === undefined ? {} : { waitedUntil: 0 }),
    dueAt: 0,
    updatedAt: 0,
  }));
}
