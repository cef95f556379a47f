/** An amount of the engine's one currency in minor units (cents, pence): a safe integer, never a fraction. */
export type MinorUnits = number;

/** A decimal number as written: `coefficient × 10^-scale`. */
export interface Decimal {
  readonly coefficient: bigint;
  readonly scale: number;
}

/** Largest single amount, in minor units: nine thousand of these still have an exact total. */
export const MAX_AMOUNT: MinorUnits = 1_000_000_000_000;
const DECIMAL = /^([+-]?)(\d{1,18})(?:\.(\d{1,18}))?$/;

/** Decimals of an ISO 4217 currency (2 for USD, 0 for JPY). Throws RangeError for an unknown code. */
export function currencyDecimals(currency: string): number {
  if (!/^[A-Z]{3}$/.test(currency)) throw new RangeError(`${currency} is not an ISO 4217 code`);
  return new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions().maximumFractionDigits ?? 2;
}

/** Reads a plain decimal (no exponent, no separators), or a finite number by its shortest decimal form. */
export function parseDecimal(input: string | number): Decimal | undefined {
  const match = DECIMAL.exec(typeof input === "number" ? plainText(input) : input.trim());
  if (!match) return undefined;
  const fraction = (match[3] ?? "").replace(/0+$/, "");
  const magnitude = BigInt(`${match[2]}${fraction}`);
  return { coefficient: match[1] === "-" ? -magnitude : magnitude, scale: fraction.length };
}

export function addDecimals(a: Decimal, b: Decimal): Decimal {
  const scale = Math.max(a.scale, b.scale);
  return { coefficient: rescale(a, scale) + rescale(b, scale), scale };
}

export function multiplyDecimals(a: Decimal, b: Decimal): Decimal {
  return { coefficient: a.coefficient * b.coefficient, scale: a.scale + b.scale };
}

/** Minor units of a decimal that has at most the currency's decimals; undefined where it has more, or is out of safe range. */
export function toMinorUnits(value: Decimal, decimals: number): MinorUnits | undefined {
  return value.scale > decimals ? undefined : safe(rescale(value, decimals));
}

/** Minor units, rounded half to even: for sums of line prices that are finer than the currency. */
export function roundToMinorUnits(value: Decimal, decimals: number): MinorUnits | undefined {
  if (value.scale <= decimals) return safe(rescale(value, decimals));
  const unit = 10n ** BigInt(value.scale - decimals);
  const negative = value.coefficient < 0n;
  const magnitude = negative ? -value.coefficient : value.coefficient;
  const whole = magnitude / unit;
  const twice = (magnitude % unit) * 2n;
  const rounded = twice > unit || (twice === unit && whole % 2n === 1n) ? whole + 1n : whole;
  return safe(negative ? -rounded : rounded);
}

/** The amount in the currency's major unit, for JSON: the shortest number that reads back as exactly these minor units. */
export function fromMinorUnits(amount: MinorUnits, decimals: number): number {
  const digits = String(Math.abs(amount)).padStart(decimals + 1, "0");
  const cut = digits.length - decimals;
  const magnitude = Number(`${digits.slice(0, cut)}.${digits.slice(cut)}`);
  return amount < 0 ? -magnitude : magnitude;
}

/** A sum for JSON: as `fromMinorUnits` while a number holds it exactly, else its digits. */
export function fromExactMinorUnits(sum: bigint, decimals: number): number | string {
  const amount = Number(sum);
  if (Number.isSafeInteger(amount)) return fromMinorUnits(amount, decimals);
  const digits = String(sum < 0n ? -sum : sum);
  const cut = digits.length - decimals;
  const magnitude = decimals === 0 ? digits : `${digits.slice(0, cut)}.${digits.slice(cut)}`;
  return sum < 0n ? `-${magnitude}` : magnitude;
}

function rescale(value: Decimal, scale: number): bigint {
  return value.coefficient * 10n ** BigInt(scale - value.scale);
}

function safe(value: bigint): MinorUnits | undefined {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : undefined;
}

/**
 * A number without an exponent: `1e-7` is `0.0000001`. From 1e21 on the exponent stays, so that it does not read as a plain
 * decimal.
 */
export function plainText(value: number): string {
  const [, sign = "", whole = "", fraction = "", exponent] = /^(-?)(\d)(?:\.(\d+))?e-(\d+)$/.exec(String(value)) ?? [];
  return exponent === undefined ? String(value) : `${sign}0.${"0".repeat(Number(exponent) - 1)}${whole}${fraction}`;
}
