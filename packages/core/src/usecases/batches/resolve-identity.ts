import { ADDRESS_FIELDS, type AddressField } from "../../model/channel.js";
import type { AddressHasher } from "../../model/contact/address-hash.js";
import type { CustomerFields, Stamp } from "../../model/customer.js";
import { recordFrom, recordOf } from "../../model/record-of.js";
import type { ApplyParts, ApplyStore } from "./apply-parts.js";

interface Named {
  readonly id?: string;
  /** It names its id itself; else the id, if there is one, was kept for it. */
  readonly isNamed: boolean;
  readonly fields: CustomerFields;
}

export interface Resolved {
  readonly customerId: string;
  /** Of a record that names no id: the latest erasure at the address that it goes by. */
  readonly erased?: { readonly field: AddressField; readonly upTo: Stamp };
}

/**
 * The customer of each record, in their order: its own id; else the lowest id of those who have its address, earlier records of the list
 * included; else the id derived from the address, and from how often it was erased. The first of the address fields that a record has
 * decides: the phone only where there is no email.
 */
export async function resolveIdentities(
  records: readonly Named[],
  { store, addresses }: Pick<ApplyParts, "store" | "addresses">,
): Promise<readonly Resolved[]> {
  const owners = await ownersOf(records, store);
  const hasher = await addresses();
  // After the owners: where there is none because it was erased, the erasure was written before.
  const erasuresAt = await findErasures(records, hasher, store);
  return records.map((record) => {
    const { id, isNamed, fields } = record;
    const resolved = isNamed ? { customerId: id ?? "" } : resolve(record, { owners, hasher, erasuresAt });
    for (const field of ADDRESS_FIELDS) owners[field].move(resolved.customerId, fields[field]);
    return resolved;
  });
}

type ErasuresAt = ReadonlyMap<string, readonly Stamp[]>;

function resolve(
  { id, fields }: Named,
  known: {
    readonly owners: Readonly<Record<AddressField, Owners>>;
    readonly hasher: AddressHasher;
    readonly erasuresAt: ErasuresAt;
  },
): Resolved {
  const [field, address] = deciding(fields);
  const erasures = known.erasuresAt.size > 0 ? (known.erasuresAt.get(known.hasher.hash(field, address)) ?? []) : [];
  const customerId = id ?? known.owners[field].lowest(address) ?? known.hasher.customerId(field, address, erasures.length);
  return erasures.length === 0 ? { customerId } : { customerId, erased: { field, upTo: Math.max(...erasures) } };
}

function findErasures(records: readonly Named[], hasher: AddressHasher, store: ApplyStore): Promise<ErasuresAt> | ErasuresAt {
  const nameless = records.filter(({ isNamed }) => !isNamed);
  if (nameless.length === 0) return new Map();
  return store.erasures.findAddresses([...new Set(nameless.map(({ fields }) => hasher.hash(...deciding(fields))))]);
}

/** A record that names no id has an address. */
function deciding(fields: CustomerFields): readonly [field: AddressField, address: string] {
  for (const field of ADDRESS_FIELDS) {
    const address = fields[field];
    if (typeof address === "string") return [field, address];
  }
  throw new Error("a record names neither an id nor an address");
}

async function ownersOf(records: readonly Named[], store: ApplyStore): Promise<Readonly<Record<AddressField, Owners>>> {
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
