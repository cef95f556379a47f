/** What a vendor may do to a call. Together: first a line that is cut, then a call that is held, then a status, then each message, and at last how many of them. */
export interface Behaviour {
  /** How long each answer takes. */
  readonly delayMs?: number;
  /** Share of messages that are rejected for good, or answered `retry`: a message's key decides, so that it always gets the same. */
  readonly rejectShare?: number;
  readonly retryShare?: number;
  /** Answers every call with this status instead, and with Retry-After if given. */
  readonly httpStatus?: number;
  readonly retryAfterS?: number;
  /** Puts each message off until so long after it came for the first time. */
  readonly greylistMs?: number;
  /** Takes so many messages a second, one at a time, and says so in each way there is, in turn. */
  readonly throttlePerSecond?: number;
  /** Ends the connection without an answer: `before` anything was taken, or `after` it was. */
  readonly cut?: "before" | "after";
  /** Keeps calls open until they are released. */
  readonly hold?: boolean;
  /** An API that is told of each accepted message that it was delivered. */
  readonly receiptsTo?: string;
}

/** `retry`: not this message now; `throttled`: not so many. */
export type MessageAnswer = "accepted" | "rejected" | "retry" | "throttled";

/** What became of a call, as the journal keeps it. */
export type CallAnswer = "answered" | "refused" | "cut" | "held" | "released";

/** One message as the vendor got it: `[key, campaign, customer, address, answer]`. A recipient refused by SMTP has nothing but an address. */
export type JournalMessage = readonly [key: string, campaignId: string, customerId: string, to: string, answer: MessageAnswer];

/** A line of the journal. A held call has two: when it came, and when it was released. */
export interface JournalCall {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** The last part of the URL that was called: each worker has its own. */
  readonly worker: string;
  readonly batchId: string;
  readonly answer: CallAnswer;
  /** As it came. */
  readonly bytes: number;
  readonly messages: readonly JournalMessage[];
}

export interface VendorState {
  readonly calls: number;
  /** Messages accepted, repeats included. */
  readonly accepted: number;
  /** Different keys accepted. */
  readonly keys: number;
  /** Calls in the journal that are not answered yet, those that are held among them, by worker. */
  readonly underWay: Readonly<Record<string, number>>;
  /** Different keys whose receipts the API has accepted. */
  readonly reported: number;
  /** Posts of receipts that are not over. */
  readonly reporting: number;
}
