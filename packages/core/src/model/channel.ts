import type { z } from "zod";
import { emailAddress, phoneNumber } from "./contact/address.js";
import { keysOf, recordFrom } from "./record-of.js";

/** What the reading of an address depends on. */
export interface AddressContext {
  /** ISO 3166 code of the country of phone numbers that name none. */
  readonly phoneRegion?: string;
}

interface Traits {
  /** The field of a customer that holds the address. */
  readonly address: string;
  /** What an address may look like, to the one form in which it is kept, the same for all its spellings. */
  schema(context: AddressContext): z.ZodType<string, string>;
  /** Bodies are HTML: values that a template inserts are escaped. */
  readonly html: boolean;
  /** A message must have a subject. */
  readonly subject: boolean;
}

/** How messages reach a customer. Fields, consent, columns and schemas are derived from here. */
export const CHANNEL = {
  email: {
    address: "email",
    schema: () => emailAddress,
    html: true,
    subject: true,
  },
  sms: {
    address: "phone",
    schema: ({ phoneRegion }) => phoneNumber(phoneRegion),
    html: false,
    subject: false,
  },
} as const satisfies Readonly<Record<string, Traits>>;

export type Channel = keyof typeof CHANNEL;
export const CHANNELS = keysOf(CHANNEL);

/** The fields of a customer that hold addresses; several channels may share one. */
export type AddressField = (typeof CHANNEL)[Channel]["address"];
export const ADDRESS_FIELDS: readonly AddressField[] = [...new Set(CHANNELS.map((channel) => CHANNEL[channel].address))];
export type Addresses = { readonly [F in AddressField]?: string };

/** The field of a channel's addresses. */
export function addressFieldOf(channel: Channel): AddressField {
  return CHANNEL[channel].address;
}

/** The schema of each of these fields. */
export function addressSchemas(context: AddressContext): Readonly<Record<AddressField, z.ZodType<string, string>>> {
  return recordFrom(CHANNELS.map((channel) => [CHANNEL[channel].address, CHANNEL[channel].schema(context)]));
}
