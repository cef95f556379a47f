import type { Instant } from "../../model/instant.js";
import type { Leases } from "../../ports/coordination.js";
import type { Clock } from "../../ports/runtime.js";
import type { Sync } from "../async-port.js";

export function memoryLeases(now: Clock): Sync<Leases> {
  const leases = new Map<string, { readonly epoch: number; readonly until: Instant }>();
  const held = (name: string, epoch: number): boolean => {
    const lease = leases.get(name);
    return lease?.epoch === epoch && lease.until > now();
  };
  return {
    acquire: (name, ttlMs) => {
      const lease = leases.get(name);
      if (lease && lease.until > now()) return undefined;
      const epoch = (lease?.epoch ?? 0) + 1;
      leases.set(name, { epoch, until: now() + ttlMs });
      return epoch;
    },
    renew: (name, epoch, ttlMs) => {
      if (!held(name, epoch)) return false;
      leases.set(name, { epoch, until: now() + ttlMs });
      return true;
    },
    release: (name, epoch) => {
      if (held(name, epoch)) leases.set(name, { epoch, until: 0 });
    },
  };
}
