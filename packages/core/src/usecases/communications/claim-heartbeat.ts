import type { ClaimedCommunication } from "../../model/communication-log.js";
import type { EngineParts } from "../engine-parts.js";

export interface Heartbeat {
  /** Renews at once, unless the leases surely last for so long without it. */
  ensure(ms: number): Promise<void>;
  end(): Promise<void>;
}

/**
 * Heartbeat of claims: renews the leases of claimed rows at a third of their length until ended. Rows settled meanwhile are simply no longer held.
 * `leasedAt` is a time, by `performance.now()`, at which they had not been leased yet.
 */
export function startHeartbeat(
  parts: Pick<EngineParts, "store" | "leaseMs">,
  claims: readonly ClaimedCommunication[],
  leasedAt = performance.now(),
): Heartbeat {
  const { store, leaseMs } = parts;
  const refs = claims.map(({ id, epoch }) => ({ id, epoch }));
  let lastsUntil = leasedAt + leaseMs;
  let renewing: Promise<unknown> = Promise.resolve();
  const renew = (): Promise<unknown> => {
    renewing = renewing.then(async () => {
      const asked = performance.now();
      await store.claims.renew(refs, leaseMs);
      lastsUntil = asked + leaseMs;
    });
    renewing = renewing.catch(() => undefined);
    return renewing;
  };
  const timer = setInterval(renew, leaseMs / 3);
  return {
    ensure: async (ms) => {
      if (lastsUntil - performance.now() < ms) await renew();
    },
    end: async () => {
      clearInterval(timer);
      await renewing;
    },
  };
}
