import type { Instant } from "../../model/instant.js";
import type { LoweredRate, Rates } from "../../ports/coordination.js";
import type { Clock } from "../../ports/runtime.js";
import type { Sync } from "../async-port.js";

interface Bucket {
  readonly tokens: number;
  readonly at: Instant;
}

export function memoryRates(now: Clock): Sync<Rates> {
  const loweredRates = new Map<string, Omit<LoweredRate, "ageMs"> & { readonly at: Instant }>();
  const buckets = new Map<string, Bucket>();
  /** The bucket as it is now: refilled since it was last used, up to its capacity. */
  const filled = (name: string, perSecond: number): Bucket & { readonly capacity: number } => {
    const capacity = Math.max(1, perSecond);
    const bucket = buckets.get(name) ?? { tokens: capacity, at: now() };
    const at = Math.max(now(), bucket.at);
    return { tokens: Math.min(capacity, bucket.tokens + ((at - bucket.at) * perSecond) / 1_000), at, capacity };
  };
  return {
    take: (name, perSecond, wanted) => {
      const { tokens, at } = filled(name, perSecond);
      const taken = Math.min(wanted, Math.floor(tokens));
      buckets.set(name, { tokens: tokens - taken, at });
      return taken;
    },
    putBack: (name, perSecond, count) => {
      const { tokens, at, capacity } = filled(name, perSecond);
      buckets.set(name, { tokens: Math.min(capacity, tokens + count), at });
    },
    lower: (name, rate, everyMs) => {
      const last = loweredRates.get(name);
      if (last && now() - last.at < everyMs) return false;
      loweredRates.set(name, { ...rate, at: now() });
      return true;
    },
    widen: (name, { perSecond, before }, withinMs) => {
      const last = loweredRates.get(name);
      if (!last || now() - last.at >= withinMs) return false;
      loweredRates.set(name, { ...last, perSecond: last.perSecond + perSecond, before: last.before + before });
      return true;
    },
    lowered: (name) => {
      const last = loweredRates.get(name);
      return last && { perSecond: last.perSecond, before: last.before, ageMs: Math.max(0, now() - last.at) };
    },
  };
}
