import {
  ADDRESS_FIELDS,
  type Addresses,
  type AddressField,
  type AttributeValue,
  addressFieldOf,
  CHANNELS,
  type Channel,
  foldText,
  readTimeText,
  recordOf,
  type Stamp,
  type Stamps,
  type StoredCustomer,
  sampleHash,
  searchTerms,
} from "@crm-engine/core/ports";
import type { OrderSums } from "../../order-blocks.js";

/**
 * One attribute. Its name is a value here, never a path, so any name is safe; its value is under the letter of its type, so that
 * no query meets a value of another: text (with its folded form, and its instant or wall clock where it reads as a time), number,
 * boolean or array.
 */
export interface AttributeDocument {
  readonly k: string;
  readonly t?: string;
  readonly f?: string;
  readonly d?: number;
  readonly w?: string;
  readonly n?: number;
  readonly b?: boolean;
  readonly a?: readonly string[];
}

/** The part of a customer that upserts write. Times are integers, milliseconds since 1970. */
export interface ProfileDocument extends Addresses, ExceptionalDocument, Stamps {
  readonly name?: string;
  readonly timeZone?: string;
  readonly tags: readonly string[];
  readonly attributes: readonly AttributeDocument[];
  readonly visitCount: number;
  readonly lastVisitAt?: number;
  readonly consent: StoredCustomer["consent"];
  readonly addressHashes: StoredCustomer["addressHashes"];
  readonly marks: StoredCustomer["marks"];
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly cleared: readonly string[];
  /** `foldText` of the texts above and of the id. */
  readonly folded: Readonly<Record<string, string>>;
  readonly sampleHash: number;
  /** `searchTerms`. */
  readonly terms: readonly string[];
}

/** The part of a customer that is derived from orders. */
export type TotalsDocument = OrderSums;

/** Others have, or had, the address too. It is set once and stays: who counts by it looks at the addresses. */
export type SharesDocument = { readonly [F in AddressField as ReturnType<typeof sharesOf<F>>]?: true };

/** The field that says so of an address. */
export function sharesOf<F extends AddressField>(field: F): `shares_${F}` {
  return `shares_${field}`;
}

/**
 * Something may keep the customer from being reached by the channel, where consent is taken for granted. It is set by the write that makes
 * it so, and stays: who counts by it looks at the document.
 */
export type ExceptionalDocument = { readonly [C in Channel as ReturnType<typeof exceptionalOf<C>>]?: true };

/** The field that says so of a channel. */
export function exceptionalOf<C extends Channel>(channel: C): `exceptional_${C}` {
  return `exceptional_${channel}`;
}

/** Its fields, of some channels. */
export function exceptionalFor(channels: readonly Channel[]): ExceptionalDocument {
  return Object.fromEntries(channels.map((channel) => [exceptionalOf(channel), true]));
}

function isExceptional(customer: StoredCustomer, channel: Channel): boolean {
  const hasAddress = customer[addressFieldOf(channel)] !== undefined;
  return !hasAddress || customer.consent[channel]?.state === "withdrawn" || customer.marks[channel]?.refusal !== undefined;
}

/**
 * A customer. Profile and totals are written separately, each by compare-and-set on a version of its own, so that upserts and
 * orders don't conflict.
 */
export interface CustomerDocument extends ProfileDocument, TotalsDocument, SharesDocument {
  readonly _id: string;
  readonly version: number;
  readonly ordersVersion: number;
  /** The last bulk write that changed it: distinguishes a write that went through from one that missed its version. */
  readonly writtenBy: string;
  /** Stamp of the last erasure: rows that are no newer are `erased`. */
  readonly erasedStamp?: Stamp;
  readonly erased?: never;
}

/** What is left of an erased customer. Writing or replacing it is a compare-and-set on both versions, and raises both. */
export interface TombstoneDocument extends Pick<CustomerDocument, "_id" | "version" | "ordersVersion" | "writtenBy"> {
  readonly erasedStamp: Stamp;
  readonly erased: true;
}

export const OPTIONAL_PROFILE = [
  ...ADDRESS_FIELDS,
  "name",
  "timeZone",
  "lastVisitAt",
] as const satisfies readonly (keyof ProfileDocument)[];
export const OPTIONAL_TOTALS = [
  "firstOrderAt",
  "lastOrderAt",
  "orderRows",
  "orderAmounts",
  "orderBlocks",
] as const satisfies readonly (keyof TotalsDocument)[];

export function toProfile(customer: StoredCustomer): ProfileDocument {
  const { id, tags, attributes, visitCount, consent, addressHashes, marks, createdAt, updatedAt, cleared } = customer;
  const { firstStamp, stamp, changedStamp } = customer;
  const texts = present({
    ...recordOf(ADDRESS_FIELDS, (field) => customer[field]),
    name: customer.name,
    timeZone: customer.timeZone,
  });
  const folded: Record<string, string> = { id: foldText(id) };
  for (const [name, text] of Object.entries(texts)) folded[name] = foldText(text);
  return {
    ...texts,
    ...present({ lastVisitAt: customer.lastVisitAt }),
    tags,
    attributes: Object.entries(attributes).map(([name, value]) => toAttribute(name, value)),
    visitCount,
    consent,
    addressHashes,
    marks,
    createdAt,
    updatedAt,
    firstStamp,
    stamp,
    changedStamp,
    cleared,
    folded,
    sampleHash: sampleHash(id),
    terms: searchTerms(customer),
    ...exceptionalFor(CHANNELS.filter((channel) => isExceptional(customer, channel))),
  };
}

export function toTotals(totals: TotalsDocument): TotalsDocument {
  const { orderCount, totalSpend, firstOrderAt, lastOrderAt, orderRows, orderAmounts, orderBlocks } = totals;
  return {
    orderCount,
    totalSpend,
    ...present({ firstOrderAt, lastOrderAt, orderRows, orderAmounts }),
    ...present({ orderBlocks }),
  };
}

export function toStoredCustomer(document: CustomerDocument): StoredCustomer {
  const {
    _id,
    attributes,
    folded: _folded,
    sampleHash: _sampleHash,
    terms: _terms,
    version: _version,
    ordersVersion: _ordersVersion,
    writtenBy: _writtenBy,
    erasedStamp: _erasedStamp,
    erased: _erased,
    orderRows: _orderRows,
    orderAmounts: _orderAmounts,
    orderBlocks: _orderBlocks,
    shares_email: _email,
    shares_phone: _phone,
    exceptional_email: _exceptionalEmail,
    exceptional_sms: _exceptionalSms,
    ...rest
  } = document;
  return {
    id: _id,
    ...rest,
    attributes: Object.fromEntries(attributes.map((attribute) => [attribute.k, attributeValue(attribute)])),
  };
}

function toAttribute(k: string, value: AttributeValue): AttributeDocument {
  switch (typeof value) {
    case "number":
      return { k, n: value };
    case "boolean":
      return { k, b: value };
    case "string": {
      const time = readTimeText(value);
      return { k, t: value, f: foldText(value), ...present({ d: time?.instant, w: time?.wallClock }) };
    }
    default:
      return { k, a: value };
  }
}

function attributeValue({ t, n, b, a }: AttributeDocument): AttributeValue {
  return t ?? n ?? b ?? a ?? [];
}

type Present<T> = { readonly [K in keyof T]?: Exclude<T[K], undefined> };

function present<V, T extends Readonly<Record<string, V | undefined>>>(values: T): Present<T> {
  const kept: Record<string, V> = {};
  for (const name in values) {
    const value = values[name];
    if (value !== undefined) kept[name] = value;
  }
  return kept as Present<T>;
}
