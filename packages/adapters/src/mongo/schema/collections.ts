import type {
  BatchKind,
  EffectCounts,
  EpochRange,
  Heartbeat,
  Identity,
  Rejection,
  StaleMark,
  StoredCampaign,
  StoredCommunication,
  StoredErasure,
  StoredMap,
  StoredSegment,
  Suppression,
} from "@crm-engine/core/ports";
import type { Collection, Db, Document } from "mongodb";
import type { CustomerDocument } from "./customer-documents.js";
import type { OrderDocument } from "./order-documents.js";

/** A domain value with its id as `_id`. */
export type Identified<T extends { readonly id: string }> = Omit<T, "id"> & { readonly _id: string };

export type SegmentDocument = Identified<StoredSegment>;
export type CampaignDocument = Identified<StoredCampaign>;

/** A log row with its claim. `leaseUntil` holds while it is claimed; `call` identifies the vendor call begun under the claim, or is empty. */
export interface CommunicationDocument extends Identified<StoredCommunication> {
  readonly epoch: number;
  readonly leaseUntil: number;
  readonly call: string;
  /** Identifies the call of `claim` that last claimed it. */
  readonly claimedBy?: string;
  /** The claim under which it was handed over, while `handedOverAt` is there. */
  readonly handedOverEpoch?: number;
  readonly earlierHandOvers?: readonly EpochRange[];
}

/** An address within a campaign (`campaignId:addressHash`), and the row and claim that reserved it last. */
export interface AddressDocument {
  readonly _id: string;
  readonly holder: string;
  readonly epoch: number;
}

/** The layout of the namespace's documents. */
export interface LayoutDocument {
  readonly _id: string;
  readonly layout: number;
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

/** One part (`batchId:part`): its identities, until its fates replace them. */
export type PartDocument = IdentitiesDocument | FatesDocument;

export interface IdentitiesDocument {
  readonly _id: string;
  readonly batchId: string;
  readonly identities: readonly Identity[];
  readonly rejected?: never;
}

/** With its rejections by row. */
export interface FatesDocument extends EffectCounts {
  readonly _id: string;
  readonly batchId: string;
  readonly rejected: number;
  /** Of the rejections; absent where there is none. */
  readonly firstRow?: number;
  readonly lastRow?: number;
  readonly rejections: readonly Rejection[];
}

export interface LeaseDocument {
  readonly _id: string;
  readonly epoch: number;
  /** On the server's clock; held until then. 0 once released. */
  readonly until: number;
  /** Whether the last caller of `acquire` got it, or the last of `renew` and `release` still had it. */
  readonly granted: boolean;
  /** Which call of `acquire` got it last. */
  readonly takenBy: string;
}

export interface RateDocument {
  readonly _id: string;
  readonly tokens: number;
  readonly at: number;
  /** What the last caller got. */
  readonly taken: number;
  /** What it was lowered to, when, and by which call. */
  readonly lowered?: { readonly perSecond: number; readonly before: number; readonly at: number; readonly by: string };
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
  /** Whether the key was still kept, not expired, at the last call of `begin`. */
  readonly kept: boolean;
  /** Whether the last call of `begin` was granted. */
  readonly begun: boolean;
  /** Which call of `begin` may work. */
  readonly begunBy?: string;
  readonly bodyHash?: string;
  readonly answer?: string;
  /** A date, as a TTL index needs it. */
  readonly expiresAt: Date;
}

/** What is known of an address (`channel:hash`). */
export interface SuppressionDocument extends Suppression {
  readonly _id: string;
  /** It is suppressed. */
  readonly suppressed?: boolean;
}

/** An erasure, by its customer's id. */
export interface ErasureDocument extends Omit<StoredErasure, "customerId"> {
  readonly _id: string;
  readonly version: number;
  /** It is not complete. */
  readonly running?: true;
}

/** What a process, by its id, last said of itself. */
export interface HeartbeatDocument {
  readonly _id: string;
  readonly said: Omit<Heartbeat, "id">;
  readonly seenAt: number;
  readonly keptUntil: number;
  /** The same as a date, as a TTL index needs it. */
  readonly forgetAt: Date;
}

/** What was computed from rows, by its key, and under which lease. */
export interface FigureDocument {
  readonly _id: string;
  readonly epoch: number;
  readonly value: string;
}

/** How often a subject of figures was touched. */
export interface FigureVersionDocument {
  readonly _id: string;
  readonly version: number;
}

export type StaleMarkDocument = Identified<StaleMark>;

/** A value that the store keeps for good, by its name. */
export interface SettingDocument {
  readonly _id: string;
  readonly value: string;
}

/** The map as JSON. */
export type MapDocument = Identified<Omit<StoredMap, "map"> & { readonly map: string }>;

/** Every collection of a namespace, with what it holds. */
export function collectionsOf(db: Db, namespace: string) {
  const collection = <D extends Document>(name: string): Collection<D> => db.collection<D>(`${namespace}.${name}`);
  return {
    schema: collection<LayoutDocument>("schema"),
    customers: collection<CustomerDocument>("customers"),
    suppressions: collection<SuppressionDocument>("suppressions"),
    erasures: collection<ErasureDocument>("erasures"),
    settings: collection<SettingDocument>("settings"),
    heartbeats: collection<HeartbeatDocument>("heartbeats"),
    figures: collection<FigureDocument>("figures"),
    figureVersions: collection<FigureVersionDocument>("figureVersions"),
    staleMarks: collection<StaleMarkDocument>("staleMarks"),
    orders: collection<OrderDocument>("orders"),
    maps: collection<MapDocument>("maps"),
    segments: collection<SegmentDocument>("segments"),
    campaigns: collection<CampaignDocument>("campaigns"),
    communications: collection<CommunicationDocument>("communications"),
    addresses: collection<AddressDocument>("addresses"),
    batches: collection<BatchDocument>("batches"),
    parts: collection<PartDocument>("parts"),
    leases: collection<LeaseDocument>("leases"),
    rates: collection<RateDocument>("rates"),
    outcomes: collection<OutcomesDocument>("outcomes"),
    idempotency: collection<IdempotencyDocument>("idempotency"),
  } as const;
}

export type Collections = ReturnType<typeof collectionsOf>;
