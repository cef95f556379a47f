import type { RemoteClient } from "@crm-engine/client";

/** What is read of an answer of GET /api/segments/{id}/analytics. */
export interface SegmentAnalytics {
  readonly asOf: string;
  readonly currency: string;
  readonly customers: Both<number>;
  readonly spend: Both<number | string>;
  readonly averageSpend: Both<number | string | null>;
  readonly distributions: {
    readonly totalSpend: readonly Bucket[];
    readonly orderCount: readonly Bucket[];
    readonly daysSinceLastOrder: { readonly buckets: readonly Bucket[]; readonly never: Both<number> };
  };
  /** The segment's ten by revenue. */
  readonly topProducts: readonly (Both<ProductSums> & { readonly sku: string; readonly name?: string | undefined })[];
  readonly overlap?: {
    readonly with: { readonly id: string; readonly name: string };
    readonly segment: number;
    readonly other: number;
    readonly both: number;
  };
}
export interface Both<T> {
  readonly segment: T;
  readonly everyone: T;
}
export interface Bucket extends Both<number> {
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}
interface ProductSums {
  readonly quantity: number | string;
  readonly revenue: number | string;
  readonly share: number | null;
}

type ReadAnalytics = (
  id: string,
  query: { readonly with?: string },
  options: { readonly signal: AbortSignal },
) => Promise<SegmentAnalytics>;

/** A client of an engine that can't tell yet has no such method. */
export function readAnalytics({ segments }: RemoteClient): ReadAnalytics | undefined {
  return (segments as { readonly analytics?: ReadAnalytics }).analytics;
}
