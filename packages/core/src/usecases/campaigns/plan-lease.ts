import type { EngineParts } from "../engine-parts.js";

/** The name of the lease under which a campaign is planned. */
export function planLease(campaignId: string): string {
  return `plan:${campaignId}`;
}

/** Works under a campaign's planning lease, or without it while another process holds it. */
export async function underLease(
  { store, leaseMs }: EngineParts,
  id: string,
  work: (held: { renew(): Promise<boolean> } | undefined) => Promise<void>,
): Promise<void> {
  const lease = planLease(id);
  const epoch = await store.leases.acquire(lease, leaseMs);
  if (epoch === undefined) return work(undefined);
  try {
    await work({ renew: () => store.leases.renew(lease, epoch, leaseMs) });
  } finally {
    await store.leases.release(lease, epoch);
  }
}
