import type { Instant } from "../instant.js";
import type { StoredOrder } from "../order.js";

/**
 * An order among those of its customer, by `placedAt`, then id. Who was erased, and whoever came back under the id, are two. Only purchases
 * have the others, and only purchases are among these.
 */
export interface OrderLink extends Pick<StoredOrder, "type" | "amount" | "placedAt"> {
  /** The customer's first purchase: this one's own time, or an earlier one. */
  readonly first?: Instant;
  /** The purchase before it, and the one before that. */
  readonly previous?: Instant;
  readonly beforePrevious?: Instant;
}
