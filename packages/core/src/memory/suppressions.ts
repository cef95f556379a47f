import { type AddressKey, foldEvidence, NO_EVIDENCE, type Suppression, suppressedBy } from "../model/contact/suppression.js";
import type { Suppressions } from "../ports/suppressions.js";
import type { Sync } from "./async-port.js";
import { OrderedMap } from "./ordered-map.js";
import { pageByKey } from "./page-of.js";

export function memorySuppressions(): Sync<Suppressions> {
  const rows = new OrderedMap<Suppression>();
  return {
    record: (evidence) => {
      for (const one of evidence) {
        const { channel, hash } = one;
        const before = rows.get(keyOf(one)) ?? { channel, hash, version: 0, ...NO_EVIDENCE };
        const after = foldEvidence(before, one);
        if (after !== before) rows.set(keyOf(one), { ...after, version: before.version + 1 });
      }
      return known(evidence);
    },
    getMany: (keys) => known(keys),
    list: ({ channel }, page) =>
      pageByKey(rows, page, (row) => suppressedBy(row) !== undefined && (channel === undefined || row.channel === channel)),
  };

  function known(keys: readonly AddressKey[]): readonly Suppression[] {
    return [...new Set(keys.map(keyOf))].map((key) => rows.get(key)).filter((row) => row !== undefined);
  }
}

function keyOf({ channel, hash }: AddressKey): string {
  return `${channel}:${hash}`;
}
