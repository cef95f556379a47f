import { compareCodePoints } from "../model/code-points.js";
import type { StoredCustomer } from "../model/customer.js";
import { foldText } from "./condition/condition.js";

/** Of a name, so many words begin a term, and so long is each. */
const MAX_WORDS = 8;
const MAX_NAME_TERM = 120;
const WORD_START = /(?<![\p{L}\p{M}\p{N}])[\p{L}\p{N}]/gu;
const DIALLED = /^(?:\+|00)[\d\s().\-/]*$/;

/**
 * The texts by whose beginnings a customer is found, each once: id and e-mail, the digits of the phone number, and the name from each of
 * its words on. All are folded, so that stores compare by code point only. They are kept with the customer.
 */
export function searchTerms({
  id,
  email,
  phone,
  name,
}: Pick<StoredCustomer, "id" | "email" | "phone" | "name">): readonly string[] {
  const texts = [id, email, phone?.replace(/^\+/, "")].filter((text) => text !== undefined).map(foldText);
  return [...new Set([...texts, ...nameTerms(name ?? "")])].filter((term) => term !== "");
}

/** What a person types, as the beginning of a term. What begins as an international phone number does is one: only its digits count. */
export function searchPrefix(text: string): string {
  const typed = foldText(text.trim().replace(/\s+/g, " "));
  const digits = dialledDigits(typed);
  return digits === "" ? typed : digits;
}

/** The digits, from the country code on, of what begins as an international phone number does; none of other texts. */
export function dialledDigits(typed: string): string {
  return DIALLED.test(typed) ? typed.replace(/^00/, "").replace(/\D/g, "") : "";
}

/** The first term, by code point, that begins so: where the customer stands in a list of those who are found. */
export function firstTerm(terms: readonly string[], prefix: string): string | undefined {
  return terms.filter((term) => term.startsWith(prefix)).sort(compareCodePoints)[0];
}

/** The first text after all that begin with this one; undefined where there is none. */
export function prefixEnd(prefix: string): string | undefined {
  const points = [...prefix].map((character) => character.codePointAt(0) ?? 0);
  while (points.at(-1) === 0x10ffff) points.pop();
  const last = points.pop();
  // Surrogates are no characters.
  return last === undefined ? undefined : String.fromCodePoint(...points, last === 0xd7ff ? 0xe000 : last + 1);
}

function nameTerms(name: string): readonly string[] {
  const folded = foldText(name.trim().replace(/\s+/g, " "));
  return [...folded.matchAll(WORD_START)].slice(0, MAX_WORDS).map(({ index }) => cut(folded.slice(index)));
}

/** Not within a character. */
function cut(text: string): string {
  return text.length <= MAX_NAME_TERM
    ? text
    : [...text.slice(0, MAX_NAME_TERM)].filter((character) => !/^[\uD800-\uDFFF]$/.test(character)).join("");
}
