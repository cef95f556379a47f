import type { AddressKey, Store, Suppression } from "@crm-engine/core/ports";
import type { Break } from "./break.js";

/** What goes wrong with whom nobody may write to, and with who is erased. */
export const MAILBOX_BREAKS: readonly Break[] = [
  {
    name: "evidence-by-record",
    experiment: "suppression",
    wrong: "what happens at a mailbox is kept with the record alone",
    store: (store) => ({ ...store, suppressions: { ...store.suppressions, getMany: async () => [] } }),
  },
  {
    name: "last-evidence-wins",
    experiment: "suppression",
    wrong: "the evidence that comes last replaces what came before",
    store: (store) => ({
      ...store,
      suppressions: {
        ...store.suppressions,
        record: (evidence) => store.suppressions.record(evidence.map((one) => ({ ...one, at: Date.now() }))),
      },
    }),
  },
  {
    name: "gate-reads-marks",
    experiment: "suppression",
    wrong: "the gate believes what it saw of an address at first",
    store: (store) => {
      const seen = new Map<string, Suppression | undefined>();
      return { ...store, suppressions: { ...store.suppressions, getMany: (keys) => remembered(store, seen, keys) } };
    },
  },
  {
    name: "addresses-are-forgotten",
    experiment: "erasure",
    wrong: "an erasure knows of no address",
    store: (store) => ({ ...store, erasures: { ...store.erasures, findAddresses: async () => new Map() } }),
  },
  {
    name: "dead-letters-stay",
    experiment: "erasure",
    wrong: "dead letters are left as they are",
    queue: (queue) => ({ ...queue, rewriteDeadLetters: async () => 0 }),
  },
  {
    name: "tombstone-without-stamp",
    experiment: "erasure",
    wrong: "what was accepted before an erasure is newer than it",
    store: (store) => ({ ...store, customers: { ...store.customers, erase: (id) => store.customers.erase(id, 1) } }),
  },
];

async function remembered(
  { suppressions }: Store,
  seen: Map<string, Suppression | undefined>,
  keys: readonly AddressKey[],
): Promise<readonly Suppression[]> {
  const textOf = ({ channel, hash }: AddressKey): string => `${channel}:${hash}`;
  const unseen = keys.filter((key) => !seen.has(textOf(key)));
  for (const key of unseen) seen.set(textOf(key), undefined);
  for (const known of await suppressions.getMany(unseen)) seen.set(textOf(known), known);
  return keys.flatMap((key) => seen.get(textOf(key)) ?? []);
}
