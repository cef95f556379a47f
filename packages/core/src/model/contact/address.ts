import { isSupportedCountry, parsePhoneNumberFromString } from "libphonenumber-js/min";
import tr46 from "tr46";
import { z } from "zod";
import type { AddressField } from "../channel.js";
import { text } from "../edge.js";

/**
 * Characters that show nothing: soft hyphens, zero-width characters, bidirectional marks and the like (Unicode's Default_Ignorable_Code_Point
 * and Format). A pasted one makes two addresses that look the same.
 */
const INVISIBLE = /[\p{Default_Ignorable_Code_Point}\p{Cf}]/u;
const LOCAL_PART = /^[^\s\p{Cc}@<>,;:"\\()[\]]+$/u;
const DOMAIN = /^[a-z0-9_-]+(\.[a-z0-9_-]+)*$/;
/** With its marks of ownership or punctuation, as people write it. */
const PHONE = /^(\+|00)?[\d\s()./-]+$/;
/** Digits of an international number (ITU-T E.164); no country's code begins with 0. */
const E164 = /^[1-9]\d{2,14}$/;

/** What the reading of an address depends on. */
export interface AddressContext {
  /** ISO 3166 code of the country of phone numbers that name none. */
  readonly phoneRegion?: string;
}

/** What an address of each field may look like, to the one form in which it is kept, the same for all its spellings. */
export function addressSchemas({ phoneRegion }: AddressContext): Readonly<Record<AddressField, z.ZodType<string, string>>> {
  return { email: emailAddress, phone: phoneNumber(phoneRegion) };
}

/** Whether it is the ISO 3166 code of a country whose national phone numbers can be read. */
export function isPhoneRegion(value: string): boolean {
  return isSupportedCountry(value);
}

/**
 * An email address in the one form of its mailbox, by which it is kept, compared, hashed and written to: trimmed, NFC, lower-cased, its domain in
 * ASCII (UTS 46, non-transitional). Applied to its own output it changes nothing.
 */
export const emailAddress = visible(320).transform((written, refinement) => {
  const form = emailForm(written);
  if (form !== undefined) return form;
  refinement.addIssue({ code: "custom", message: "must be an email address" });
  return z.NEVER;
});

/**
 * A phone number in its one form, `+` and digits. Without `+` or `00` it is a national number of the region; where there is none, it begins
 * with the code of its country.
 */
export function phoneNumber(region: string | undefined) {
  return visible(40).transform((written, refinement) => {
    const form = phoneForm(written.trim(), region);
    if (form !== undefined) return form;
    const otherwise = region === undefined ? "" : `, or a number of ${region}`;
    refinement.addIssue({ code: "custom", message: `must be a phone number: + and the code of its country first${otherwise}` });
    return z.NEVER;
  });
}

function visible(maxLength: number) {
  return text(maxLength).superRefine((value, refinement) => {
    const [invisible] = INVISIBLE.exec(value) ?? [];
    if (invisible === undefined) return;
    const code = invisible.codePointAt(0)?.toString(16).toUpperCase().padStart(4, "0");
    refinement.addIssue({ code: "custom", message: `must not hold U+${code}, a character that shows nothing`, abort: true });
  });
}

function emailForm(written: string): string | undefined {
  const lower = written.trim().normalize("NFC").toLowerCase().normalize("NFC");
  const at = lower.lastIndexOf("@");
  const local = lower.slice(0, Math.max(at, 0));
  const domain = tr46.toASCII(lower.slice(at + 1), { checkBidi: true, checkJoiners: true, verifyDNSLength: true });
  return domain !== null && DOMAIN.test(domain) && LOCAL_PART.test(local) ? `${local}@${domain}` : undefined;
}

function phoneForm(written: string, region: string | undefined): string | undefined {
  if (!PHONE.test(written)) return undefined;
  const international = /^(\+|00)/.exec(written)?.[0];
  if (international === undefined && region !== undefined && isSupportedCountry(region)) {
    const national = parsePhoneNumberFromString(written, { defaultCountry: region, extract: false });
    return national?.isPossible() ? national.number : undefined;
  }
  // "+44 (0)20" names the prefix that callers from within the country dial.
  const digits = written
    .slice(international?.length ?? 0)
    .replace("(0)", "")
    .replace(/\D/g, "");
  return E164.test(digits) ? `+${digits}` : undefined;
}
