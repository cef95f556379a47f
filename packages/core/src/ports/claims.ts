/** A row in hand: writes go through only while the epoch is still its own. */
export interface ClaimRef {
  readonly id: string;
  readonly epoch: number;
}

export interface ClaimRequest {
  readonly campaignId: string;
  readonly limit: number;
  readonly leaseMs: number;
}
