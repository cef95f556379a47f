import { ADDRESS_FIELDS, type Addresses, type AddressField, CHANNEL, CHANNELS, type Channel } from "./channel.js";
import { type Effect, type Stamp, type Stamps, stampsAfter } from "./effect.js";
import type { Instant } from "./instant.js";
import { isLongerThan, jsonBytes } from "./json-bytes.js";
import type { MinorUnits } from "./money.js";
import type { StatusWith } from "./receipt.js";
import { recordOf, withoutUndefined } from "./record-of.js";

export type { Stamp } from "./effect.js";

/** Flat: dates are ISO 8601 strings. */
export type AttributeValue = string | number | boolean | readonly string[];

/** What was said of a channel. */
export interface Consent {
  readonly state: "subscribed" | "withdrawn";
  /** When the state began; absent where an upsert subscribed without `at`. */
  readonly at?: Instant;
  /** `record`: by an upsert; the others are not undone by an upsert that doesn't carry a later `at`. */
  readonly by: "record" | StatusWith<"withdrawsConsent">;
}

/** What a record that says nothing of a channel means. */
export type DefaultConsent = "subscribed" | "none";
export const DEFAULT_CONSENTS = ["subscribed", "none"] as const satisfies readonly DefaultConsent[];

/**
 * Whether nobody is written to at a record's present address, as far as is known. Later versions of the evidence replace it; a change
 * of address ends it. What decides over a message is the evidence itself.
 */
export interface SuppressionMark {
  readonly version: number;
  /** Absent where what suppressed the address was lifted. */
  readonly refusal?: "unsubscribed" | "suppressed";
}

/** A customer with what a store must keep beside it to fold upserts in any order; a bare customer, made by an order, has stamps of 0. Addresses are in the form in which their channel keeps them. */
export interface StoredCustomer extends Addresses, Stamps {
  readonly id: string;
  readonly name?: string;
  readonly timeZone?: string;
  readonly tags: readonly string[];
  readonly attributes: Readonly<Record<string, AttributeValue>>;
  readonly visitCount: number;
  readonly lastVisitAt?: Instant;
  /** What was said; a channel of which nobody said anything is not there. */
  readonly consent: { readonly [C in Channel]?: Consent };
  /** The keyed hash of each address. */
  readonly addressHashes: { readonly [F in AddressField]?: string };
  readonly marks: { readonly [C in Channel]?: SuppressionMark };
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
  /** Totals are a function of the stored orders; no upsert touches them. */
  readonly orderCount: number;
  readonly totalSpend: MinorUnits;
  readonly firstOrderAt?: Instant;
  readonly lastOrderAt?: Instant;
  /** Fields that an upsert left empty on purpose (`name`, `attributes.plan`): an older row does not fill them. */
  readonly cleared: readonly string[];
}

export type Clearable<T> = { readonly [K in keyof T]: T[K] | null };

/** The fields that an upsert carries: absent leaves as is, null clears. */
export interface CustomerFields extends Clearable<Addresses> {
  readonly name?: string | null;
  readonly timeZone?: string | null;
  readonly tags?: readonly string[] | null;
  readonly attributes?: Readonly<Record<string, AttributeValue | null>>;
  readonly visitCount?: number | null;
  readonly lastVisitAt?: Instant | null;
  readonly consent?: { readonly [C in Channel]?: SaidConsent };
}

/** What an upsert says of a channel. */
export interface SaidConsent {
  readonly state: "subscribed" | "withdrawn";
  readonly at?: Instant;
  /** Of a withdrawal, as another tool knows it: `bounced` tells of the mailbox, and nothing of what its person wants. */
  readonly by?: StatusWith<"withdrawsConsent"> | "bounced";
}

/** One upsert of a customer whose identity is settled. */
export interface CustomerChange {
  readonly id: string;
  readonly stamp: Stamp;
  readonly fields: CustomerFields;
  /** The keyed hashes of the addresses among the fields. */
  readonly hashes?: StoredCustomer["addressHashes"];
}

/** What became of a change; one that is `too_large` would have made its customer's record larger than `MAX_CUSTOMER_BYTES`. */
export type CustomerOutcome = Effect | "erased" | "too_large";

/** Bound of a customer's record, as JSON: upserts add up, and every store has a bound of its own, some way above. */
export const MAX_CUSTOMER_BYTES = 256 * 1024;

/** A customer that only an order has named so far. Any later record fills it in. */
export function bareCustomer(id: string, now: Instant): StoredCustomer {
  return {
    id,
    tags: [],
    attributes: {},
    visitCount: 0,
    consent: {},
    addressHashes: {},
    marks: {},
    createdAt: now,
    updatedAt: now,
    orderCount: 0,
    totalSpend: 0,
    firstStamp: 0,
    stamp: 0,
    changedStamp: 0,
    cleared: [],
  };
}

/**
 * Folds one upsert into what is stored. Applying a row again changes nothing; a row older than the stored stamp only
 * fills fields that no newer row has set or cleared. Consent withdrawn by the person is undone only by a later `at`, which counts as at
 * most the moment when the row was accepted.
 */
export function applyCustomerChange(stored: StoredCustomer | undefined, change: CustomerChange, now: Instant): StoredCustomer {
  const before = stored ?? bareCustomer(change.id, now);
  const newer = change.stamp >= before.stamp;
  const fields: Record<string, unknown> = { ...before };
  const attributes: Record<string, AttributeValue> = Object.assign(Object.create(null), before.attributes);
  const cleared = new Set(before.cleared);
  let isChanged = false;

  const set = (target: Record<string, unknown>, key: string, name: string, value: unknown, empty: unknown): void => {
    const current = target[key];
    const missing = current === undefined || isEmptyDefault(current, empty);
    if (!newer && (!missing || cleared.has(name))) return;
    const clears = value === null || isEmptyDefault(value, empty);
    const next = clears ? empty : value;
    isChanged ||= !isSame(current, next);
    if (next === undefined) delete target[key];
    else target[key] = next;
    if (clears) cleared.add(name);
    else cleared.delete(name);
  };

  const { attributes: incoming, consent, ...scalars } = change.fields;
  for (const [key, value] of Object.entries(scalars)) {
    if (value !== undefined) set(fields, key, key, value, key === "tags" ? [] : key === "visitCount" ? 0 : undefined);
  }
  for (const [key, value] of Object.entries(incoming ?? {})) set(attributes, key, `attributes.${key}`, value, undefined);

  const folded = fields as unknown as StoredCustomer;
  const foldedConsent = foldConsent(before.consent, consent, newer, Math.floor(change.stamp / 1000));
  isChanged ||= CHANNELS.some((channel) => !isSameConsent(before.consent[channel], foldedConsent[channel]));
  return {
    ...folded,
    ...addressesAfter(before, folded, change.hashes),
    attributes: { ...attributes },
    consent: foldedConsent,
    cleared: [...cleared].sort(),
    ...stampsAfter(stored, change.stamp, isChanged),
    updatedAt: isChanged ? now : before.updatedAt,
  };
}

/** The hash of an address goes with it, and a mark with the address that it is about. */
function addressesAfter(
  before: StoredCustomer,
  after: Addresses,
  hashes: CustomerChange["hashes"] = {},
): Pick<StoredCustomer, "addressHashes" | "marks"> {
  const isKept = (field: AddressField): boolean => before[field] === after[field];
  const addressHashes = recordOf(ADDRESS_FIELDS, (field) =>
    after[field] === undefined ? undefined : isKept(field) ? before.addressHashes[field] : hashes[field],
  );
  const marks = recordOf(CHANNELS, (channel) => (isKept(CHANNEL[channel].address) ? before.marks[channel] : undefined));
  return { addressHashes: withoutUndefined(addressHashes), marks: withoutUndefined(marks) };
}

/**
 * `applyCustomerChange` within the bound of a record; undefined for a change that would pass it. What makes a record no larger is
 * folded into one of any size.
 */
export function foldCustomerChange(
  stored: StoredCustomer | undefined,
  change: CustomerChange,
  now: Instant,
): StoredCustomer | undefined {
  const folded = applyCustomerChange(stored, change, now);
  if (!isLongerThan(folded, MAX_CUSTOMER_BYTES)) return folded;
  return stored && jsonBytes(folded) <= jsonBytes(stored) ? folded : undefined;
}

/**
 * Withdraws consent because the person said so; the latest withdrawal wins. A subscription undoes it only if it is known to be
 * later, in whichever order the two arrive.
 */
export function withdrawConsent(consent: Consent | undefined, by: StatusWith<"withdrawsConsent">, at: Instant): Consent {
  const known = consent?.state === "subscribed" || consent?.by !== "record" ? consent?.at : undefined;
  if (!consent || known === undefined || at > known || (at === known && (consent.state === "subscribed" || by < consent.by))) {
    return { state: "withdrawn", at, by };
  }
  return consent;
}

function foldConsent(
  before: StoredCustomer["consent"],
  incoming: CustomerFields["consent"],
  newer: boolean,
  acceptedAt: Instant,
): StoredCustomer["consent"] {
  const next: { [C in Channel]?: Consent } = { ...before };
  for (const channel of CHANNELS) {
    const wanted = incoming?.[channel];
    const at = wanted?.at === undefined ? undefined : Math.min(wanted.at, acceptedAt);
    if (wanted?.state === "subscribed") next[channel] = subscribe(before[channel], at, newer);
    else if (wanted?.by === "bounced") continue;
    else if (wanted?.by !== undefined) next[channel] = withdrawConsent(before[channel], wanted.by, at ?? acceptedAt);
    else if (wanted) next[channel] = withdrawByRecord(before[channel], at ?? acceptedAt, newer);
  }
  return next;
}

function subscribe(current: Consent | undefined, at: Instant | undefined, newer: boolean): Consent {
  if (current?.state === "withdrawn") {
    const stays = isSaidByPerson(current) ? at === undefined || at <= (current.at ?? 0) : !newer;
    if (stays) return current;
  }
  const known = [at, current?.state === "subscribed" ? current.at : undefined].filter((time) => time !== undefined);
  return { state: "subscribed", ...(known.length === 0 ? {} : { at: Math.max(...known) }), by: "record" };
}

function withdrawByRecord(current: Consent | undefined, at: Instant, newer: boolean): Consent {
  const settled = current !== undefined && (isSaidByPerson(current) || !newer);
  return settled ? current : { state: "withdrawn", at, by: "record" };
}

function isSaidByPerson({ by }: Consent): boolean {
  return by !== "record";
}

function isSame(a: unknown, b: unknown): boolean {
  if (!Array.isArray(a) || !Array.isArray(b)) return a === b;
  return a.length === b.length && a.every((entry, index) => entry === b[index]);
}

function isSameConsent(a: Consent | undefined, b: Consent | undefined): boolean {
  return a?.state === b?.state && a?.at === b?.at && a?.by === b?.by;
}

function isEmptyDefault(value: unknown, empty: unknown): boolean {
  return Array.isArray(empty) ? Array.isArray(value) && value.length === 0 : empty !== undefined && value === empty;
}
