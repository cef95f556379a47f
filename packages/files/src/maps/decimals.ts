import { quoted, Refused } from "./refused.js";

export type DecimalSign = "." | ",";

const PLAIN = /^-?\d{1,18}(?:\.\d{1,18})?$/;
/** Thousands in groups of three, or, as in India, of two and a last one of three; every group is set off by the same character. */
const AS_POINT = /^(?:[1-9]\d{0,2}(?:([,'’\s])\d{3})(?:\1\d{3})*|[1-9]\d?(?:,\d{2})+,\d{3}|\d+)?(?:\.\d+)?$/;
const AS_COMMA = /^(?:[1-9]\d{0,2}(?:([.'’\s])\d{3})(?:\1\d{3})*|\d+)?(?:,\d+)?$/;
const CODES: ReadonlySet<string> = new Set(Intl.supportedValuesOf("currency"));
/** A symbol or a code before or after the number. */
const MARK = /[\p{L}\p{Sc}][\p{L}\p{Sc}.]*/gu;

/**
 * Reads a number into a plain decimal (`-1234.56`). Where no sign is stated, a number that only one reading fits is that one (`1.234,56`,
 * `12,00`), and one that both fit (`1,234`) is refused.
 */
export function decimalReader(sign: DecimalSign | undefined): (cell: string) => string | Refused {
  return (cell) => {
    if (PLAIN.test(cell) && (sign === "." || (sign === undefined && !/^-?[1-9]\d{0,2}\.\d{3}$/.test(cell)))) return cell;
    const [minus, digits] = signed(cell);
    const asPoint = sign === "," || !hasDigit(digits) ? undefined : pointed(digits, AS_POINT, ".");
    const asComma = sign === "." || !hasDigit(digits) ? undefined : pointed(digits, AS_COMMA, ",");
    const read = asPoint ?? asComma;
    if (read === undefined) return new Refused(`${quoted(cell)} is not a decimal number${stated(sign)}`);
    if (asPoint !== undefined && asComma !== undefined && Number(asPoint) !== Number(asComma))
      return new Refused(`${quoted(cell)} may be ${asPoint} or ${asComma}: say which in the map, as decimal "." or ","`);
    return `${minus}${read}`;
  };
}

/** As `decimalReader`, with the symbols and the code of the currency before or after the number, and no other's. */
export function moneyReader(sign: DecimalSign | undefined, currency: string): (cell: string) => string | Refused {
  const read = decimalReader(sign);
  const marks = marksOf(currency);
  return (cell) => {
    if (PLAIN.test(cell)) return read(cell);
    const other = cell.match(MARK)?.find((mark) => !marks.has(mark.toUpperCase()));
    if (other === undefined) return read(cell.replace(MARK, "").trim());
    const isCurrency = /\p{Sc}/u.test(other) || CODES.has(other.toUpperCase());
    return isCurrency ? new Refused(`${quoted(cell)} is not in ${currency}: an engine has one currency`) : read(cell);
  };
}

/** `12.5 %` is 0.125, with its sign or without. */
export function percentReader(sign: DecimalSign | undefined): (cell: string) => string | Refused {
  const read = decimalReader(sign);
  return (cell) => {
    const percent = read(cell.replace(/\s*%$/, ""));
    return percent instanceof Refused ? percent : shifted(percent);
  };
}

/** A number as JSON prints it, exponents too. */
export function readJsonNumber(cell: string): number | Refused {
  const number = Number(cell);
  return Number.isFinite(number) && String(number) === cell ? number : decimalOrRefused(cell);
}

function decimalOrRefused(cell: string): number | Refused {
  return PLAIN.test(cell) ? Number(cell) : new Refused(`${quoted(cell)} is not a number`);
}

function stated(sign: DecimalSign | undefined): string {
  return sign === undefined ? "" : ` with the decimal sign "${sign}"`;
}

function hasDigit(text: string): boolean {
  return /\d/.test(text);
}

/** A minus before or after, or the brackets of bookkeeping. */
function signed(cell: string): readonly ["" | "-", string] {
  const text = cell.trim();
  const bracketed = /^\((.*)\)$/.exec(text)?.[1];
  const bare = bracketed ?? /^[-−]\s*(.*)$/.exec(text)?.[1] ?? /^(.*?)\s*[-−]$/.exec(text)?.[1];
  return bare === undefined ? ["", text.replace(/^\+/, "")] : ["-", bare.trim()];
}

function pointed(digits: string, form: RegExp, sign: DecimalSign): string | undefined {
  if (!form.test(digits)) return undefined;
  const [whole = "", fraction] = digits.split(sign);
  const units = whole.replace(/\D/g, "");
  return `${units === "" ? "0" : units}${fraction === undefined ? "" : `.${fraction}`}`;
}

/** The code and every symbol by which the world knows the currency. */
function marksOf(currency: string): ReadonlySet<string> {
  const marks = new Set([currency]);
  for (const locale of ["en", "en-US", "en-CA", "en-AU", "de", "fr", "sv", "da", "nb", "pl", "cs", "ja", "zh"]) {
    for (const currencyDisplay of ["symbol", "narrowSymbol"] as const) {
      const parts = new Intl.NumberFormat(locale, { style: "currency", currency, currencyDisplay }).formatToParts(1);
      for (const { type, value } of parts) if (type === "currency") marks.add(value.toUpperCase());
    }
  }
  return marks;
}

/** Divided by a hundred, exactly. */
function shifted(decimal: string): string {
  const [, minus = "", whole = "", fraction = ""] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(decimal) ?? [];
  const digits = whole.padStart(3, "0");
  const cut = digits.length - 2;
  return `${minus}${digits.slice(0, cut)}.${digits.slice(cut)}${fraction}`;
}

/** Exact, of plain decimals. */
export function subtracted(whole: string, part: string): string {
  const [one, other] = [scaled(whole), scaled(part)];
  const scale = Math.max(one.scale, other.scale);
  const difference = one.digits * 10n ** BigInt(scale - one.scale) - other.digits * 10n ** BigInt(scale - other.scale);
  const digits = String(difference < 0n ? -difference : difference).padStart(scale + 1, "0");
  const cut = digits.length - scale;
  return `${difference < 0n ? "-" : ""}${digits.slice(0, cut)}${scale === 0 ? "" : `.${digits.slice(cut)}`}`;
}

function scaled(decimal: string): { readonly digits: bigint; readonly scale: number } {
  const [whole = "0", fraction = ""] = decimal.split(".");
  return { digits: BigInt(`${whole}${fraction}`), scale: fraction.length };
}
