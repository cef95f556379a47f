import type { Store } from "../../ports/index.js";
import type { EngineParts } from "../engine-parts.js";

/** What of a store applying rows needs: a dry run gives it one that writes nothing. */
export interface ApplyStore {
  readonly batches: Pick<Store["batches"], "findParts" | "identify" | "record">;
  readonly customers: Pick<Store["customers"], "apply" | "getMany" | "findOwners" | "mark">;
  readonly orders: Pick<Store["orders"], "apply">;
  readonly erasures: Pick<Store["erasures"], "findAddresses">;
  readonly suppressions: Pick<Store["suppressions"], "record" | "getMany">;
}

export interface ApplyParts extends Pick<EngineParts, "addresses" | "clock" | "context" | "rejectsUnknownCustomers"> {
  readonly store: ApplyStore;
}

/** What reading an upload needs. */
export interface IngestParts extends Pick<EngineParts, "clock" | "context" | "newId" | "nextStamp" | "openSpool"> {
  readonly store: { readonly batches: Pick<Store["batches"], "insert" | "seal" | "touch"> };
  readonly queue: Pick<EngineParts["queue"], "publish">;
}
