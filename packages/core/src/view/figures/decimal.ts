import { z } from "zod";
import type { EdgeContext } from "../../model/edge.js";
import { type Decimal, fromExactMinorUnits } from "../../model/money.js";

/** A number cannot hold every sum. */
export const exactSchema = z
  .union([z.number(), z.string()])
  .meta({ description: "A number; where no number holds it exactly, its digits as text." });

/** The decimal as it is, without zeros at its end. */
export function viewDecimal({ coefficient, scale }: Decimal): number | string {
  const digits = String(coefficient < 0n ? -coefficient : coefficient).padStart(scale + 1, "0");
  const whole = digits.slice(0, digits.length - scale);
  const fraction = digits.slice(digits.length - scale).replace(/0+$/, "");
  const text = `${coefficient < 0n ? "-" : ""}${whole}${fraction === "" ? "" : `.${fraction}`}`;
  return String(Number(text)) === text ? Number(text) : text;
}

/** Minor units, as an amount. */
export function viewSum(sum: bigint, { currencyDecimals }: Pick<EdgeContext, "currencyDecimals">): number | string {
  return fromExactMinorUnits(sum, currencyDecimals);
}

/** `sum / count` in minor units, rounded half to even, as an amount; null of nothing. */
export function viewMean(sum: bigint, count: number, context: Pick<EdgeContext, "currencyDecimals">): number | string | null {
  if (count === 0) return null;
  const [of, by] = [sum < 0n ? -sum : sum, BigInt(count)];
  const twice = (of % by) * 2n;
  const rounded = of / by + (twice > by || (twice === by && (of / by) % 2n === 1n) ? 1n : 0n);
  return viewSum(sum < 0n ? -rounded : rounded, context);
}

/** The one by the other, rounded to millionths; null where there is nothing to be a share of. */
export function viewShare(part: Decimal, whole: Decimal): number | null {
  if (whole.coefficient <= 0n) return null;
  const [of, by] = [part.coefficient * 10n ** BigInt(whole.scale), whole.coefficient * 10n ** BigInt(part.scale)];
  return Number((of * 2_000_000n + (of < 0n ? -by : by)) / (by * 2n)) / 1_000_000;
}
