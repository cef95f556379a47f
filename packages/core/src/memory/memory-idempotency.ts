import type { Instant } from "../model/instant.js";
import type { Clock, IdempotentAnswer, Idempotency } from "../ports.js";
import type { Sync } from "./async-port.js";

interface Entry {
  readonly until: Instant;
  readonly result?: IdempotentAnswer;
}

export function memoryIdempotency(now: Clock): Sync<Idempotency> {
  const entries = new Map<string, Entry>();
  return {
    begin: (key, leaseMs) => {
      const entry = entries.get(key);
      if (entry && entry.until > now()) return entry.result ? { state: "finished", ...entry.result } : { state: "running" };
      entries.set(key, { until: now() + leaseMs });
      return { state: "begun" };
    },
    finish: (key, result, ttlMs) => {
      entries.set(key, { until: now() + ttlMs, result });
    },
    abandon: (key) => {
      if (!entries.get(key)?.result) entries.delete(key);
    },
  };
}
