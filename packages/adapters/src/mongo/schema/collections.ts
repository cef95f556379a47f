import type { BatchKind, Rejection, StoredCampaign, StoredCommunication, StoredSegment } from "@crm-engine/core/ports";
import type { Collection, Db } from "mongodb";
import type { CustomerDocument } from "./customer-documents.js";
import type { OrderDocument } from "./order-documents.js";

/** A domain value with its id as `_id`. */
export type Identified<T extends { readonly id: string }> = Omit<T, "id"> & { readonly _id: string };

export type SegmentDocument = Identified<StoredSegment>;
export type CampaignDocument = Identified<StoredCampaign>;

/** A log row with its claim. `leaseUntil` counts while it is claimed; `call` names the begun vendor call of this claim, or is empty. */
export interface CommunicationDocument extends Identified<StoredCommunication> {
  readonly epoch: number;
  readonly leaseUntil: number;
  readonly call: string;
  /** Which call of `claim` took it last. */
  readonly claimedBy?: string;
}

/** An address within a campaign (`campaignId:addressHash`), and the row that has it. */
export interface AddressDocument {
  readonly _id: string;
  readonly holder: string;
}

export interface BatchDocument {
  readonly _id: string;
  readonly kind: BatchKind;
  readonly createdAt: number;
  readonly received?: number;
  readonly truncated?: boolean;
  /** The upload still runs. */
  readonly open?: true;
  readonly touchedAt: number;
  readonly queued: number;
}

/** The fate of one part (`batchId:part`), with its rejections by row. */
export interface FatesDocument {
  readonly _id: string;
  readonly batchId: string;
  readonly accepted: number;
  readonly rejected: number;
  /** Of the rejections; absent where there is none. */
  readonly firstRow?: number;
  readonly lastRow?: number;
  readonly rejections: readonly Rejection[];
}

export interface LeaseDocument {
  readonly _id: string;
  readonly epoch: number;
  /** On the server's clock; 0 once released. Held while it lies ahead. */
  readonly until: number;
  /** Whether the last caller of `acquire` got it, or the last of `renew` and `release` still had it. */
  readonly granted: boolean;
}

export interface RateDocument {
  readonly _id: string;
  readonly tokens: number;
  readonly at: number;
  /** What the last caller got. */
  readonly taken: number;
}

export interface OutcomesDocument {
  readonly _id: string;
  readonly window: number;
  /** Whether each of the latest failed, in order. */
  readonly failed: readonly boolean[];
}

export interface IdempotencyDocument {
  readonly _id: string;
  readonly startedAt: number;
  readonly leaseUntil: number;
  /** Whether the last caller of `begin` found it unforgotten. */
  readonly kept: boolean;
  /** Whether the last caller of `begin` may work. */
  readonly begun: boolean;
  readonly bodyHash?: string;
  readonly answer?: string;
  /** A date, as a TTL index needs it. */
  readonly expiresAt: Date;
}

export interface Collections {
  readonly customers: Collection<CustomerDocument>;
  readonly orders: Collection<OrderDocument>;
  readonly segments: Collection<SegmentDocument>;
  readonly campaigns: Collection<CampaignDocument>;
  readonly communications: Collection<CommunicationDocument>;
  readonly addresses: Collection<AddressDocument>;
  readonly batches: Collection<BatchDocument>;
  readonly fates: Collection<FatesDocument>;
  readonly leases: Collection<LeaseDocument>;
  readonly rates: Collection<RateDocument>;
  readonly outcomes: Collection<OutcomesDocument>;
  readonly idempotency: Collection<IdempotencyDocument>;
}

export function collectionsOf(db: Db, namespace: string): Collections {
  return {
    customers: db.collection(`${namespace}.customers`),
    orders: db.collection(`${namespace}.orders`),
    segments: db.collection(`${namespace}.segments`),
    campaigns: db.collection(`${namespace}.campaigns`),
    communications: db.collection(`${namespace}.communications`),
    addresses: db.collection(`${namespace}.addresses`),
    batches: db.collection(`${namespace}.batches`),
    fates: db.collection(`${namespace}.fates`),
    leases: db.collection(`${namespace}.leases`),
    rates: db.collection(`${namespace}.rates`),
    outcomes: db.collection(`${namespace}.results`),
    idempotency: db.collection(`${namespace}.idempotency`),
  };
}
