import type { Batches } from "../../ports/batches.js";
import type { Customers } from "../../ports/customers.js";
import type { Erasures } from "../../ports/erasures.js";
import type { Orders } from "../../ports/orders.js";
import type { MessageQueue } from "../../ports/queue.js";
import type { Suppressions } from "../../ports/suppressions.js";
import type { EngineParts } from "../engine-parts.js";

/** What an upload reads of a store and changes there, from its first row to the fate of its last. */
export interface RowStore {
  readonly batches: Pick<Batches, "insert" | "seal" | "touch" | "findParts" | "identify" | "record">;
  readonly customers: Pick<Customers, "apply" | "getMany" | "findOwners" | "mark">;
  readonly orders: Pick<Orders, "apply">;
  readonly erasures: Pick<Erasures, "findAddresses">;
  readonly suppressions: Pick<Suppressions, "record" | "getMany">;
}

/** What use cases of rows work with. */
export interface RowParts
  extends Pick<EngineParts, "context" | "addresses" | "rejectsUnknownCustomers" | "openSpool" | "clock" | "newId" | "nextStamp"> {
  readonly store: RowStore;
  readonly queue: Pick<MessageQueue, "publish">;
}
