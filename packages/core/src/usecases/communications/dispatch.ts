import type { Sender } from "../../ports/sender.js";
import type { EngineParts } from "../engine-parts.js";
import type { VendorBreaker } from "../sender/vendor-breaker.js";
import type { VendorRate } from "../sender/vendor-rate.js";
import type { MessageCosts } from "./message-costs.js";

/** The parts of an engine that has a vendor, and what this process knows of the vendor's health and of its own speed. */
export interface Dispatch extends EngineParts {
  readonly sender: Sender;
  readonly breaker: VendorBreaker;
  readonly rate: VendorRate;
  readonly costs: MessageCosts;
}
