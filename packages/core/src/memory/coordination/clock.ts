import type { StoreClock } from "../../ports/coordination.js";
import type { Clock } from "../../ports/runtime.js";
import type { Sync } from "../async-port.js";

export function memoryClock(now: Clock): Sync<StoreClock> {
  return { now };
}
