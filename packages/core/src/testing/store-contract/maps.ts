import type { StoredMap } from "../../model/imports/stored-map.js";
import { START } from "./given.js";
import type { CasesOf } from "./store-harness.js";
import { versionedCases } from "./versioned.js";

export function storedMap(id: string, change: Partial<StoredMap> = {}): StoredMap {
  return { id, kind: "orders", map: { id: "No" }, version: 1, createdAt: START, updatedAt: START, ...change };
}

export const mapCases: CasesOf<"maps"> = versionedCases({
  of: ({ maps }) => maps,
  whole: storedMap("Our shop's, März", {
    kind: "customers",
    map: {
      id: "$Kunde.Nr",
      "attributes.$where.a": { columns: ["a.b", ""], type: "array", separator: "$" },
      "consent.email": { column: "c", subscribed: ["ja", ""], at: { column: "seit", format: ["D.M.YYYY"] } },
    },
  }),
  bare: storedMap,
  listed: "oldest first",
});
