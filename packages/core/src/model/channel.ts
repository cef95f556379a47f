import { keysOf } from "./record-of.js";

interface Traits {
  /** The field of a customer that holds the address. */
  readonly address: string;
  /** Bodies are HTML: values that a template inserts are escaped. */
  readonly html: boolean;
  /** A message must have a subject. */
  readonly subject: boolean;
  /** A message may have a preheader, a text part of its own, and mailboxes that it is from and is answered to. */
  readonly mail: boolean;
}

/** How messages reach a customer. Fields, consent, columns and schemas are derived from here. */
export const CHANNEL = {
  email: {
    address: "email",
    html: true,
    subject: true,
    mail: true,
  },
  sms: {
    address: "phone",
    html: false,
    subject: false,
    mail: false,
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
