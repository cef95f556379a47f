import type { Instant } from "../model/instant.js";
import type { Clock, Rates } from "../ports.js";
import type { Sync } from "./async-port.js";

export function memoryRates(now: Clock): Sync<Rates> {
  const buckets = new Map<string, { readonly tokens: number; readonly at: Instant }>();
  return {
    take: (name, perSecond, wanted) => {
      const capacity = Math.max(1, perSecond);
      const at = now();
      const bucket = buckets.get(name) ?? { tokens: capacity, at };
      const tokens = Math.min(capacity, bucket.tokens + (Math.max(0, at - bucket.at) * perSecond) / 1_000);
      const taken = Math.min(wanted, Math.floor(tokens));
      buckets.set(name, { tokens: tokens - taken, at: Math.max(at, bucket.at) });
      return taken;
    },
  };
}
