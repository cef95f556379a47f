import type { DeliveryStatus } from "../communication-log.js";

/**
 * Whether another row of the campaign may have an address. `in_use`: an open row holds it, and may yet give it back. `used`: its holder
 * was handed over to the vendor under it, so nobody else has it ever.
 */
export type AddressHold = "free" | "in_use" | "used";

/** Epochs of a row's claims, first and last. */
export type EpochRange = readonly [from: number, to: number];

/** The row that last reserved an address. */
export interface AddressHolder {
  readonly status: DeliveryStatus;
  readonly epoch: number;
  /** The claim under which this generation was first handed over: its call was begun, and not surely refused since. */
  readonly handedOverEpoch?: number;
  /** Claims under which earlier generations were handed over. */
  readonly earlierHandOvers: readonly EpochRange[];
}

/**
 * What a reservation that was made under a claim (`epoch`) is worth now. Nothing is ever given back by a write: a row holds what it
 * reserved under its latest claim for as long as it is open, and what it was handed over under for ever. So a row that ends, or that is
 * claimed again and asks for another address, has given back the one before, whenever its worker dies; and a row that waits holds nothing.
 */
export function holdOf(epoch: number, holder: AddressHolder | undefined): AddressHold {
  if (!holder) return "free";
  if (holder.earlierHandOvers.some(([from, to]) => from <= epoch && epoch <= to)) return "used";
  const { handedOverEpoch } = holder;
  const handedOver = handedOverEpoch === undefined ? wasTaken(holder) : epoch >= handedOverEpoch;
  const open = holder.status === "pending" || holder.status === "claimed";
  if (open) return handedOver || epoch === holder.epoch ? "in_use" : "free";
  return handedOver ? "used" : "free";
}

/** By its status alone: a receipt may prove more than this engine knows of its calls. */
function wasTaken({ status }: AddressHolder): boolean {
  return status === "sent" || status === "delivered" || status === "bounced" || status === "unknown";
}
