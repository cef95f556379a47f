import { type AddressKey, foldEvidence, NO_EVIDENCE, type Suppression } from "../../model/contact/suppression.js";
import type { Scratch } from "../../ports/spool.js";
import type { ApplyStore } from "../batches/apply-parts.js";
import { keptValues } from "./kept-values.js";

/** What is known of addresses, with what the file would have added. */
export function drySuppressions(stored: ApplyStore["suppressions"], scratch: Scratch): ApplyStore["suppressions"] {
  const records = keptValues<Suppression>(scratch, "suppression");

  const find = async (keys: readonly AddressKey[]): Promise<Map<string, Suppression>> => {
    const asked = new Map(keys.map((key) => [nameOf(key), key]));
    const found = await records.changed([...asked.keys()]);
    const others = [...asked].flatMap(([name, key]) => (found.has(name) ? [] : [key]));
    if (others.length === 0) return found;
    for (const one of await stored.getMany(others)) found.set(nameOf(one), one);
    return found;
  };
  return {
    getMany: async (keys) => [...(await find(keys)).values()],
    record: async (evidence) => {
      const known = await find(evidence);
      const changed = new Map<string, Suppression>();
      for (const one of evidence) {
        const { channel, hash } = one;
        const before = known.get(nameOf(one)) ?? { channel, hash, version: 0, ...NO_EVIDENCE };
        const folded = foldEvidence(before, one);
        if (folded === before) continue;
        const after = { ...folded, version: before.version + 1 };
        known.set(nameOf(one), after);
        changed.set(nameOf(one), after);
      }
      await records.set(changed);
      return [...known.values()];
    },
  };
}

function nameOf({ channel, hash }: AddressKey): string {
  return `${channel}:${hash}`;
}
