import type { Stamp } from "../model/customer.js";
import type { Clock } from "../ports/runtime.js";

/** Microseconds since the epoch, always rising, so that rows of one upload keep their order, and an erasure comes after them. */
export function stamps(clock: Clock): () => Stamp {
  let last = 0;
  return () => {
    last = Math.max(last + 1, clock() * 1_000);
    return last;
  };
}
