import type { Stamp } from "../model/customer.js";
import type { StoreTime } from "./store-time.js";

/** Microseconds of the store's clock, always rising, so that rows of one upload keep their order, and an erasure comes after them. */
export function stamps(clock: StoreTime): () => Promise<Stamp> {
  let last = 0;
  return async () => {
    const now = await clock();
    last = Math.max(last + 1, now * 1_000);
    return last;
  };
}
