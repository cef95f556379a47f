import type { z } from "zod";
import { text } from "./edge.js";
import { keysOf, recordFrom } from "./record-of.js";

interface Traits {
  /** The field of a customer that holds the address. */
  readonly address: string;
  /** What an address looks like, and the form in which it is kept. */
  readonly schema: z.ZodType<string>;
  /** The same for all spellings of one address. */
  canonical(address: string): string;
  /** Bodies are HTML: values that a template inserts are escaped. */
  readonly html: boolean;
  /** A message must have a subject. */
  readonly subject: boolean;
}

/** How messages reach a customer. Fields, consent, columns and schemas are derived from here. */
export const CHANNEL = {
  email: {
    address: "email",
    schema: text(320)
      .transform(normalizeEmail)
      .refine((value) => /^[^\s\p{Cc}@<>,;:"\\()[\]]+@[^\s\p{Cc}@<>,;:"\\()[\]]+$/u.test(value), "must be an email address"),
    canonical: normalizeEmail,
    html: true,
    subject: true,
  },
  sms: {
    address: "phone",
    schema: text(40)
      .transform((value) => value.trim())
      .refine((value) => /^\+?[0-9][0-9 ().-]{2,}$/.test(value), "must be a phone number: digits, with an optional leading +"),
    canonical: (phone) => phone.replace(/[+ ().-]/g, ""),
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

/** The schema of each of these fields. */
export const ADDRESS_SCHEMAS = recordFrom(CHANNELS.map((channel) => [CHANNEL[channel].address, CHANNEL[channel].schema]));

/** Trimmed, in NFC and lower-cased. */
function normalizeEmail(email: string): string {
  return email.trim().normalize("NFC").toLowerCase();
}
