/** The name of the lease under which a campaign is planned. */
export function planLease(campaignId: string): string {
  return `plan:${campaignId}`;
}
