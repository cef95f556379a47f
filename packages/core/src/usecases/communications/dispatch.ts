import type { EngineParts } from "../engine-parts.js";
import type { InHand } from "../health/in-hand.js";
import type { VendorState } from "../sender/vendor-state.js";
import type { MessageCosts } from "./message-costs.js";

/** The parts of an engine that has a vendor, and what this process knows of the vendor's health and of its own speed. */
export interface Dispatch extends Omit<EngineParts, "sender">, VendorState {
  readonly costs: MessageCosts;
  readonly inHand: InHand;
}
