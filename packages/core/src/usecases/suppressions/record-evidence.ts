import { CHANNEL, CHANNELS } from "../../model/channel.js";
import { refusalBy } from "../../model/contact/may-contact.js";
import { type AddressEvidence, type AddressKey, type Suppression, wasSuppressed } from "../../model/contact/suppression.js";
import type { CustomerChange, StoredCustomer } from "../../model/customer.js";
import type { AddressMark } from "../../ports/customers.js";
import type { Store } from "../../ports/index.js";

interface Stores {
  readonly store: {
    readonly customers: Pick<Store["customers"], "getMany" | "mark">;
    readonly suppressions: Pick<Store["suppressions"], "getMany" | "record">;
  };
}

/** Folds evidence, and then marks all who have its addresses. Whoever writes a record and looks for evidence afterwards sees one or the other. */
export async function recordEvidence({ store }: Stores, evidence: readonly AddressEvidence[]): Promise<void> {
  if (evidence.length > 0) await markAll({ store }, await store.suppressions.record(evidence));
}

/**
 * After changes were stored: folds what they say of their addresses, and marks all who have an address that was given, by what is known of it
 * now. Again changes nothing.
 */
export async function judgeChanges(
  { store }: Stores,
  changes: readonly (CustomerChange & { readonly single: boolean })[],
): Promise<void> {
  const evidence = await evidenceOf({ store }, changes);
  const recorded = evidence.length > 0 ? await store.suppressions.record(evidence) : [];
  const seen = new Set(recorded.map(keyText));
  const others = new Map<string, AddressKey>();
  for (const { hashes = {} } of changes) {
    for (const key of keysOf(hashes)) if (!seen.has(keyText(key))) others.set(keyText(key), key);
  }
  const known = others.size > 0 ? await store.suppressions.getMany([...others.values()]) : [];
  await markAll({ store }, [...recorded, ...known]);
}

/** Of an address that was never suppressed nobody has a mark, nor needs one. */
async function markAll({ store }: Stores, known: readonly Suppression[]): Promise<void> {
  const marks = known.filter(wasSuppressed).map((one): AddressMark => {
    const { channel, hash, version } = one;
    const refusal = refusalBy(one);
    return { channel, hash, version, ...(refusal === undefined ? {} : { refusal }) };
  });
  if (marks.length > 0) await store.customers.mark(marks);
}

async function evidenceOf(
  { store }: Stores,
  changes: readonly (CustomerChange & { readonly single: boolean })[],
): Promise<readonly AddressEvidence[]> {
  const saying = changes.filter(({ fields }) => fields.consent !== undefined);
  if (saying.length === 0) return [];
  const unaddressed = saying.filter(({ fields, hashes = {} }) =>
    CHANNELS.some((channel) => fields.consent?.[channel] && hashes[CHANNEL[channel].address] === undefined),
  );
  const found = unaddressed.length > 0 ? await store.customers.getMany([...new Set(unaddressed.map(({ id }) => id))]) : [];
  const stored = new Map(found.map((customer) => [customer.id, customer]));
  return saying.flatMap((change) => evidenceIn(change, stored.get(change.id)));
}

/** A record that says nothing of its address speaks of the one that it has. */
function evidenceIn(
  { fields, hashes = {}, stamp, single }: CustomerChange & { readonly single: boolean },
  stored: StoredCustomer | undefined,
): readonly AddressEvidence[] {
  const acceptedAt = Math.floor(stamp / 1000);
  return CHANNELS.flatMap((channel): readonly AddressEvidence[] => {
    const said = fields.consent?.[channel];
    const hash = hashes[CHANNEL[channel].address] ?? stored?.addressHashes[CHANNEL[channel].address];
    if (!said || hash === undefined) return [];
    const at = Math.min(said.at ?? acceptedAt, acceptedAt);
    if (said.state === "withdrawn") return [{ channel, hash, kind: said.by ?? "unsubscribed", at }];
    return said.at === undefined ? [] : [{ channel, hash, kind: single ? "confirmed" : "subscribed", at }];
  });
}

function keysOf(hashes: StoredCustomer["addressHashes"]): readonly AddressKey[] {
  return CHANNELS.flatMap((channel) => {
    const hash = hashes[CHANNEL[channel].address];
    return hash === undefined ? [] : [{ channel, hash }];
  });
}

function keyText({ channel, hash }: AddressKey): string {
  return `${channel}:${hash}`;
}
