import { ADDRESS_FIELDS, type AddressField } from "../../model/channel.js";
import type { AddressHasher } from "../../model/contact/address-hash.js";
import type { CustomerFields } from "../../model/customer.js";
import { recordFrom, recordOf } from "../../model/record-of.js";
import type { Store } from "../../ports/index.js";
import type { EngineParts } from "../engine-parts.js";

interface Named {
  readonly id?: string;
  readonly fields: CustomerFields;
}

/**
 * The customer id of each record, in their order: its own; else the lowest id of those who have its address, earlier records of the list
 * included; else the id derived from the address. The first of the address fields that a record has decides: the phone only where there is
 * no email.
 */
export async function resolveIdentities(
  records: readonly Named[],
  { store, addresses }: Pick<EngineParts, "store" | "addresses">,
): Promise<readonly string[]> {
  const owners = await ownersOf(records, store);
  const hasher = await addresses();
  return records.map(({ id, fields }) => {
    const resolved = id ?? identify(fields, owners, hasher);
    for (const field of ADDRESS_FIELDS) owners[field].move(resolved, fields[field]);
    return resolved;
  });
}

function identify(fields: CustomerFields, owners: Readonly<Record<AddressField, Owners>>, hasher: AddressHasher): string {
  const [field, address] = deciding(fields);
  return owners[field].lowest(address) ?? hasher.customerId(field, address);
}

/** A record that names no id has an address. */
function deciding(fields: CustomerFields): readonly [field: AddressField, address: string] {
  for (const field of ADDRESS_FIELDS) {
    const address = fields[field];
    if (typeof address === "string") return [field, address];
  }
  throw new Error("a record names neither an id nor an address");
}

async function ownersOf(records: readonly Named[], store: Store): Promise<Readonly<Record<AddressField, Owners>>> {
  const asked = recordOf(ADDRESS_FIELDS, () => new Set<string>());
  for (const { id, fields } of records) {
    if (id !== undefined) continue;
    const [field, address] = deciding(fields);
    asked[field].add(address);
  }
  const found = ADDRESS_FIELDS.map(async (field) => {
    const known = asked[field].size > 0 ? await store.customers.findOwners(field, [...asked[field]]) : new Map();
    return [field, new Owners(known)] as const;
  });
  return recordFrom(await Promise.all(found));
}

/** Who has each address of one field. */
class Owners {
  readonly #idsOf = new Map<string, Set<string>>();
  readonly #addressOf = new Map<string, string>();

  constructor(known: ReadonlyMap<string, readonly string[]>) {
    for (const [address, ids] of known) for (const id of ids) this.move(id, address);
  }

  /** Undefined leaves them their address, null takes it away. */
  move(id: string, address: string | null | undefined): void {
    if (address === undefined) return;
    this.#idsOf.get(this.#addressOf.get(id) ?? "")?.delete(id);
    this.#addressOf.delete(id);
    if (address === null) return;
    this.#addressOf.set(id, address);
    const ids = this.#idsOf.get(address) ?? new Set();
    this.#idsOf.set(address, ids.add(id));
  }

  lowest(address: string): string | undefined {
    let least: string | undefined;
    for (const id of this.#idsOf.get(address) ?? []) if (least === undefined || id < least) least = id;
    return least;
  }
}
