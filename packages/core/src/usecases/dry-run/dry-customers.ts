import { ADDRESS_FIELDS, type AddressField, CHANNEL, CHANNELS } from "../../model/channel.js";
import { bareCustomer, foldCustomerChange, type StoredCustomer } from "../../model/customer.js";
import { effectOf } from "../../model/effect.js";
import type { Instant } from "../../model/instant.js";
import type { Customers } from "../../ports/customers.js";
import type { Spool } from "../../ports/spool.js";
import type { RowStore } from "../batches/row-parts.js";
import { ChangedRecords } from "./changed-records.js";

/** Customers as they would be. */
export interface DryCustomers {
  readonly port: RowStore["customers"];
  /** Makes bare customers of those of the ids that nobody has. */
  makeMissing(ids: readonly string[]): Promise<void>;
  /** How many of those whom rows were about may not be written to on some channel, whose address they have, because of what is known of the address. */
  suppressed(): number;
}

export function dryCustomers(
  stored: Pick<Customers, "getMany" | "findOwners">,
  spool: Spool,
  clock: () => Promise<Instant>,
): DryCustomers {
  const changed = new ChangedRecords<StoredCustomer>(spool, "customer");
  /** By field and address, and by field and hash: the ids of all who had it at some time in this run. */
  const holders = new ChangedRecords<readonly string[]>(spool, "holders");
  let suppressed = 0;

  const read = (ids: Iterable<string>): Promise<Map<string, StoredCustomer>> =>
    changed.readThrough(ids, async (others) => (await stored.getMany(others)).map((customer) => [customer.id, customer]));

  const write = async (customers: ReadonlyMap<string, StoredCustomer>): Promise<void> => {
    const before = await changed.read(customers.keys());
    const added = new Map<string, Set<string>>();
    for (const [id, customer] of customers) {
      suppressed += Number(isSuppressed(customer)) - Number(isSuppressed(before.get(id)));
      for (const key of keysOf(customer)) added.set(key, (added.get(key) ?? new Set()).add(id));
    }
    const known = await holders.read(added.keys());
    const more = [...added].filter(([key, ids]) => [...ids].some((id) => !known.get(key)?.includes(id)));
    await holders.write(new Map(more.map(([key, ids]) => [key, [...new Set([...(known.get(key) ?? []), ...ids])]])));
    await changed.write(customers);
  };

  return {
    port: {
      apply: async (changes) => {
        const now = await clock();
        const records = await read(changes.map(({ id }) => id));
        const after = new Map<string, StoredCustomer>();
        const outcomes = changes.map((change) => {
          const folded = foldCustomerChange(records.get(change.id), change, now);
          if (!folded) return "too_large";
          records.set(change.id, folded);
          after.set(change.id, folded);
          return effectOf(folded, change.stamp);
        });
        await write(after);
        return outcomes;
      },
      getMany: async (ids) => [...(await read(ids)).values()],
      findOwners: async (field, addresses) => {
        const [inStore, here] = await Promise.all([
          stored.findOwners(field, addresses),
          holders.read(addresses.map((address) => keyOf(field, address))),
        ]);
        const moved = await changed.read([...inStore.values(), ...here.values()].flat());
        const owners = new Map<string, readonly string[]>();
        for (const address of addresses) {
          const ids = [...new Set([...(inStore.get(address) ?? []), ...(here.get(keyOf(field, address)) ?? [])])];
          const own = ids.filter((id) => !moved.has(id) || moved.get(id)?.[field] === address);
          if (own.length > 0) owners.set(address, own.sort());
        }
        return owners;
      },
      mark: async (marks) => {
        const holding = await holders.read(marks.map(({ channel, hash }) => keyOf(CHANNEL[channel].address, `#${hash}`)));
        const records = await changed.read([...holding.values()].flat());
        const after = new Map<string, StoredCustomer>();
        for (const { channel, hash, ...mark } of marks) {
          const field = CHANNEL[channel].address;
          for (const id of holding.get(keyOf(field, `#${hash}`)) ?? []) {
            const customer = after.get(id) ?? records.get(id);
            if (customer?.addressHashes[field] !== hash || mark.version <= (customer.marks[channel]?.version ?? 0)) continue;
            after.set(id, { ...customer, marks: { ...customer.marks, [channel]: mark } });
          }
        }
        await write(after);
      },
    },
    makeMissing: async (ids) => {
      const records = await read(ids);
      const missing = ids.filter((id) => !records.has(id));
      if (missing.length === 0) return;
      const now = await clock();
      await write(new Map(missing.map((id) => [id, bareCustomer(id, now)])));
    },
    suppressed: () => suppressed,
  };
}

function isSuppressed(customer: StoredCustomer | undefined): boolean {
  return customer !== undefined && CHANNELS.some((channel) => customer.marks[channel]?.refusal !== undefined);
}

function keysOf(customer: StoredCustomer): readonly string[] {
  return ADDRESS_FIELDS.flatMap((field) => {
    const [address, hash] = [customer[field], customer.addressHashes[field]];
    return [...(address === undefined ? [] : [keyOf(field, address)]), ...(hash === undefined ? [] : [keyOf(field, `#${hash}`)])];
  });
}

/** Hashes come with a `#` before them, which no address begins with. */
function keyOf(field: AddressField, addressOrHash: string): string {
  return `${field} ${addressOrHash}`;
}
