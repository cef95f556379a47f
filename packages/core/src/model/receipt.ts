import type { Bounce } from "./contact/bounce.js";
import type { Instant } from "./instant.js";
import { keysOf } from "./record-of.js";

/** What became of the message. */
interface Delivery {
  /** The seen status of the highest rank is the row's status. */
  readonly rank: number;
  readonly engagement?: never;
  /** A vendor took the message: the earliest such evidence is the time of the event `messaged`. */
  readonly messaged?: true;
  /** A row in this status says why. */
  readonly hasReason?: true;
  /** Counted by minute in a campaign's timeline. */
  readonly timeline?: true;
}

/** What the recipient did: kept and counted beside the delivery. */
interface Engagement {
  readonly rank?: never;
  readonly engagement: true;
  /** It proves that the message arrived, and so counts as evidence of `delivered` too. */
  readonly provesDelivery?: true;
  /** It withdraws consent to the message's channel. */
  readonly withdrawsConsent?: true;
}

type Trait = keyof Delivery | keyof Engagement;

/** What a vendor reports of a message. Folds, counts, rules and columns are derived from this table. */
const RECEIPT = {
  sent: { rank: 1, messaged: true, timeline: true },
  delivered: { rank: 3, messaged: true, timeline: true },
  failed: { rank: 2, hasReason: true, timeline: true },
  bounced: { rank: 4, messaged: true, hasReason: true },
  opened: { engagement: true, provesDelivery: true },
  clicked: { engagement: true, provesDelivery: true },
  complained: { engagement: true, provesDelivery: true, withdrawsConsent: true },
  unsubscribed: { engagement: true, withdrawsConsent: true },
} as const satisfies Readonly<Record<string, Delivery | Engagement>>;

export type ReceiptStatus = keyof typeof RECEIPT;
export const RECEIPT_STATUSES = keysOf(RECEIPT);

/** The statuses that have a trait. */
export type StatusWith<T extends Trait> = {
  [S in ReceiptStatus]: (typeof RECEIPT)[S] extends Readonly<Record<T, unknown>> ? S : never;
}[ReceiptStatus];

export function hasTrait<T extends Trait>(status: ReceiptStatus, trait: T): status is StatusWith<T> {
  return trait in RECEIPT[status];
}

/** In the order of the table. */
export function statusesWith<T extends Trait>(trait: T): readonly StatusWith<T>[] {
  return RECEIPT_STATUSES.filter((status) => hasTrait(status, trait));
}

/** The statuses of delivery, the strongest first. */
export const DELIVERY_PRECEDENCE = statusesWith("rank").toSorted((a, b) => RECEIPT[b].rank - RECEIPT[a].rank);

export interface Receipt {
  /** The key the vendor was given: a log row's id, with `~2`, `~3` … for later generations. */
  readonly messageId: string;
  readonly status: ReceiptStatus;
  /** As the vendor says. */
  readonly occurredAt: Instant;
  readonly acceptedAt: Instant;
  readonly eventId?: string;
  readonly reason?: string;
  readonly bounce?: Bounce;
}
