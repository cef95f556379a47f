import type { ClaimedCommunication } from "../../model/communication-log.js";
import type { EngineParts } from "../engine-parts.js";

/**
 * Heartbeat of claims: renews the leases of claimed rows at a third of their length until ended. Rows settled meanwhile are
 * simply no longer held.
 */
export function startHeartbeat(
  parts: Pick<EngineParts, "store" | "leaseMs">,
  claims: readonly ClaimedCommunication[],
): { end(): Promise<void> } {
  const refs = claims.map(({ id, epoch }) => ({ id, epoch }));
  let renewing: Promise<unknown> = Promise.resolve();
  const timer = setInterval(() => {
    renewing = renewing.then(() => parts.store.claims.renew(refs, parts.leaseMs)).catch(() => undefined);
  }, parts.leaseMs / 3);
  return {
    end: async () => {
      clearInterval(timer);
      await renewing;
    },
  };
}
