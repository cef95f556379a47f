import type { CustomersApi } from "../../engine/customers.js";
import { notFound } from "../../errors.js";
import { ADDRESS_FIELDS, addressFieldOf, CHANNELS } from "../../model/channel.js";
import type { AddressEvidence } from "../../model/contact/suppression.js";
import type { StoredCustomer } from "../../model/customer.js";
import { idText } from "../../model/edge.js";
import type { ErasureRequest, StoredErasure } from "../../model/erasure.js";
import { viewErasure } from "../../view/erasure.js";
import type { EngineParts } from "../engine-parts.js";
import { recordEvidence } from "../suppressions/record-evidence.js";

/** A tombstone's stamp is ahead of the store's clock by so much: whatever another process has stamped meanwhile is older. */
const AHEAD_US = 5_000_000;

/** The tombstone comes first: from then on rows that were accepted before bring nobody back, whatever happens to this process. */
export function createErase(parts: EngineParts): Pick<CustomersApi, "erase" | "erasure"> {
  const { store, clock, nextStamp } = parts;
  const brokerName = brokerNamer(parts);
  return {
    erase: async (id) => {
      if (!idText.safeParse(id).success) return undefined;
      const known = await store.customers.get(id);
      const stamp = Math.max((await nextStamp()) + AHEAD_US, known?.stamp ?? 0);
      const addressHashes = known?.addressHashes ?? {};
      await eraseRecord(parts, { customerId: id, stamp, requestedAt: await clock(), addressHashes });
      if (!known) return undefined;
      const erasure = await store.erasures.get(id);
      return erasure && { ...viewErasure(erasure, await brokerName()), sameAddress: await othersAt(known, parts) };
    },
    erasure: async (id) => {
      const erasure = await store.erasures.get(id);
      if (!erasure) throw notFound("erasure", id);
      return viewErasure(erasure, await brokerName());
    },
  };
}

/** Repeating it finishes what a process that died has begun. Addresses that were written meanwhile are erased with the rest. */
export async function eraseRecord(parts: Pick<EngineParts, "store">, request: ErasureRequest): Promise<void> {
  const { store } = parts;
  await store.erasures.begin(request);
  await recordEvidence(parts, evidenceOf(request));
  const addressHashes = await store.customers.erase(request.customerId, request.stamp);
  if (!addressHashes || ADDRESS_FIELDS.every((field) => addressHashes[field] === request.addressHashes[field])) return;
  await store.erasures.begin({ ...request, addressHashes });
  await recordEvidence(parts, evidenceOf({ ...request, addressHashes }));
}

/** As it was requested last. */
export function requestOf({ addresses, ...erasure }: StoredErasure): ErasureRequest {
  const own = addresses.filter(({ stamp }) => stamp === erasure.stamp).map(({ field, hash }) => [field, hash] as const);
  return { ...erasure, addressHashes: Object.fromEntries(own) };
}

function evidenceOf({ addressHashes, requestedAt: at }: ErasureRequest): readonly AddressEvidence[] {
  return CHANNELS.flatMap((channel): readonly AddressEvidence[] => {
    const hash = addressHashes[addressFieldOf(channel)];
    return hash === undefined ? [] : [{ channel, hash, kind: "erased", at }];
  });
}

/**
 * The broker is asked until it has answered once, since asking may cost it a good deal. An erasure is accepted, and can be looked at, while
 * it is away.
 */
function brokerNamer({ queue }: EngineParts): () => Promise<string | undefined> {
  let name: string | undefined;
  return async () => {
    name ??= await queue.info().then(
      (info) => info.name,
      () => undefined,
    );
    return name;
  };
}

/** Who else has an address of the erased: they stay, and are not written to there. */
async function othersAt(customer: StoredCustomer, { store }: EngineParts): Promise<readonly string[]> {
  const others = new Set<string>();
  for (const field of ADDRESS_FIELDS) {
    const address = customer[field];
    if (address === undefined) continue;
    for (const id of (await store.customers.findOwners(field, [address])).get(address) ?? []) others.add(id);
  }
  others.delete(customer.id);
  return [...others].sort();
}
