import { ADDRESS_FIELDS, type AddressField } from "../../model/channel.js";
import {
  bareCustomer,
  type CustomerChange,
  type CustomerOutcome,
  foldCustomerChange,
  type StoredCustomer,
} from "../../model/customer.js";
import { effectOf, isEffect } from "../../model/effect.js";
import type { Scratch } from "../../ports/spool.js";
import type { ApplyParts, ApplyStore } from "../batches/apply-parts.js";
import { type KeptValues, keptValues } from "./kept-values.js";
import type { Touched } from "./touched.js";

/** Customers as the file would have made them: the store's, with those that it has changed so far in their place. */
export interface DryCustomers extends Pick<ApplyStore["customers"], "apply" | "getMany" | "findOwners" | "mark"> {
  /** Makes bare customers of those of the ids that nobody has. */
  makeMissing(ids: readonly string[]): Promise<void>;
}

/**
 * Nothing is `erased` here: rows of a dry run are newer than any erasure. Marks are not kept: what they would say is asked of the
 * evidence in the end.
 */
export function dryCustomers(
  { store, clock }: Pick<ApplyParts, "store" | "clock">,
  scratch: Scratch,
  touched: Pick<Touched, "add">,
): DryCustomers {
  const records = keptValues<StoredCustomer>(scratch, "customer");
  /** Of each address, those who were given it by the file, whether they still have it or not. */
  const givenTo: KeptValues<readonly string[]> = keptValues(scratch, "address");

  const find = async (ids: readonly string[]): Promise<Map<string, StoredCustomer>> => {
    const found = await records.changed(ids);
    const others = ids.filter((id) => !found.has(id));
    if (others.length === 0) return found;
    for (const customer of await store.customers.getMany(others)) found.set(customer.id, customer);
    return found;
  };
  const keep = async (changed: ReadonlyMap<string, StoredCustomer>): Promise<void> => {
    await records.set(changed);
    const given = new Map<string, string[]>();
    for (const customer of changed.values()) {
      for (const field of ADDRESS_FIELDS) {
        const address = customer[field];
        if (address === undefined) continue;
        const ids = given.get(keyOf(field, address));
        if (ids) ids.push(customer.id);
        else given.set(keyOf(field, address), [customer.id]);
      }
    }
    const known = await givenTo.changed([...given.keys()]);
    const grown = new Map<string, readonly string[]>();
    for (const [key, ids] of given) {
      const before = new Set(known.get(key));
      const more = ids.filter((id) => !before.has(id));
      if (more.length > 0) grown.set(key, [...before, ...more]);
    }
    await givenTo.set(grown);
  };

  return {
    getMany: async (ids) => [...(await find([...new Set(ids)])).values()],
    apply: async (changes) => {
      const known = await find(idsOf(changes));
      const now = await clock();
      const changed = new Map<string, StoredCustomer>();
      const outcomes = changes.map((change): CustomerOutcome => {
        const folded = foldCustomerChange(known.get(change.id), change, now);
        if (!folded) return "too_large";
        known.set(change.id, folded);
        changed.set(change.id, folded);
        return effectOf(folded, change.stamp);
      });
      await keep(changed);
      await touched.add(idsOf(changes.filter((_, index) => isEffect(outcomes[index] ?? ""))));
      return outcomes;
    },
    makeMissing: async (ids) => {
      const known = await find([...new Set(ids)]);
      const now = await clock();
      await records.set(new Map(ids.filter((id) => !known.has(id)).map((id) => [id, bareCustomer(id, now)])));
    },
    findOwners: async (field, addresses) => {
      const stored = await store.customers.findOwners(field, addresses);
      const given = await givenTo.changed(addresses.map((address) => keyOf(field, address)));
      const mayHave = addresses.map((address) => ({
        address,
        ids: [...new Set([...(stored.get(address) ?? []), ...(given.get(keyOf(field, address)) ?? [])])],
      }));
      const changed = await records.changed([...new Set(mayHave.flatMap(({ ids }) => ids))]);
      const owners = new Map<string, readonly string[]>();
      for (const { address, ids } of mayHave) {
        const having = ids.filter((id) => {
          const customer = changed.get(id);
          return !customer || customer[field] === address;
        });
        if (having.length > 0) owners.set(address, having.sort());
      }
      return owners;
    },
    mark: async () => undefined,
  };
}

function idsOf(changes: readonly CustomerChange[]): readonly string[] {
  return [...new Set(changes.map(({ id }) => id))];
}

function keyOf(field: AddressField, address: string): string {
  return `${field}:${address}`;
}
