import type { Sender } from "../../ports/sender.js";
import type { EngineParts } from "../engine-parts.js";
import { createVendorBreaker, type VendorBreaker } from "./vendor-breaker.js";
import { createVendorRate, type VendorRate } from "./vendor-rate.js";

/** A vendor, and what this process knows of its health. */
export interface VendorState {
  readonly sender: Sender;
  readonly breaker: VendorBreaker;
  readonly rate: VendorRate;
}

export function createVendorState(parts: EngineParts, sender: Sender): VendorState {
  return { sender, breaker: createVendorBreaker(parts), rate: createVendorRate(parts) };
}
