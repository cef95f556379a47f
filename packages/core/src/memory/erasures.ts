import { foldErasure, type StoredErasure, withProgress } from "../model/erasure.js";
import type { Erasures } from "../ports/erasures.js";
import type { Sync } from "./async-port.js";

export function memoryErasures(): Sync<Erasures> {
  const rows = new Map<string, StoredErasure>();
  return {
    begin: (request) => void rows.set(request.customerId, foldErasure(rows.get(request.customerId), request)),
    get: (customerId) => rows.get(customerId),
    running: (limit) =>
      [...rows.values()]
        .filter(({ completedAt }) => completedAt === undefined)
        .sort((a, b) => a.stamp - b.stamp)
        .slice(0, limit),
    findAddresses: (hashes) => {
      const wanted = new Set(hashes);
      const found = new Map<string, number[]>();
      for (const { addresses } of rows.values()) {
        for (const { hash, stamp } of addresses) if (wanted.has(hash)) found.set(hash, [...(found.get(hash) ?? []), stamp]);
      }
      return found;
    },
    advance: (erasures) => {
      for (const { customerId, stamp, marks, completedAt } of erasures) {
        const known = rows.get(customerId);
        if (known?.stamp === stamp) rows.set(customerId, withProgress(known, { marks, completedAt }));
      }
    },
    purge: () => true,
  };
}
