import type { Instant } from "../../model/instant.js";
import type { Idempotency, StoredResponse } from "../../ports/coordination.js";
import type { Clock } from "../../ports/runtime.js";
import type { Sync } from "../async-port.js";

interface Entry {
  readonly startedAt: Instant;
  readonly leaseUntil: Instant;
  readonly expiresAt: Instant;
  readonly result?: StoredResponse;
}

export function memoryIdempotency(now: Clock): Sync<Idempotency> {
  const entries = new Map<string, Entry>();
  return {
    begin: (key, { leaseMs, ttlMs }) => {
      const found = entries.get(key);
      const entry = found && found.expiresAt > now() ? found : undefined;
      if (entry?.result) return { state: "finished", ...entry.result };
      if (entry && entry.leaseUntil > now()) return { state: "running" };
      const startedAt = entry?.startedAt ?? now();
      entries.set(key, { startedAt, leaseUntil: now() + leaseMs, expiresAt: now() + ttlMs });
      return { state: "begun", startedAt };
    },
    renew: (key, leaseMs) => {
      const entry = entries.get(key);
      if (entry && !entry.result) entries.set(key, { ...entry, leaseUntil: now() + leaseMs });
    },
    finish: (key, result, ttlMs) => {
      entries.set(key, { startedAt: entries.get(key)?.startedAt ?? now(), leaseUntil: 0, expiresAt: now() + ttlMs, result });
    },
    abandon: (key) => {
      if (!entries.get(key)?.result) entries.delete(key);
    },
  };
}
