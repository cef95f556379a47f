import type { Parsed } from "../../model/edge.js";
import { parseDecimal } from "../../model/money.js";
import { type Condition, SAMPLE_PLACES, type SampleRef } from "../condition/condition.js";
import { sampleRef } from "../condition/sample.js";
import { isObject, owned, refuse, unknownKeys } from "../language/json-paths.js";
import { MAX_SEED } from "../language/limits.js";
import type { SampleTest } from "../language/rule.js";

/** A sample that is understood: a clean copy, and what it means at any time. */
export interface ReadSample {
  readonly test: SampleTest;
  lower(): LoweredSample;
}

export interface LoweredSample {
  readonly kind: "sample";
  readonly test: SampleTest;
  readonly condition: Condition;
  readonly ref: SampleRef;
}

const HUNDREDTHS_OF_ALL = 10_000;

/** Reads what `sample` holds. Paths of issues begin there. */
export function readSample(input: unknown): Parsed<ReadSample> {
  if (!isObject(input)) return refuse("", "must be an object with percent");
  const unknown = unknownKeys(input, ["percent", "seed"], "sample has percent and seed");
  if (unknown) return unknown;
  const percent = owned(input, "percent");
  const decimal = typeof percent === "number" && percent >= 0 && percent <= 100 ? parseDecimal(percent) : undefined;
  if (typeof percent !== "number" || !decimal || decimal.scale > 2) {
    return refuse("percent", "must be a number from 0 to 100 with at most 2 decimals");
  }
  const seed = owned(input, "seed");
  if (seed !== undefined && !isSeed(seed))
    return refuse("seed", `must be a text of at most ${MAX_SEED} characters or a whole number`);
  const places = Math.floor((SAMPLE_PLACES * Math.round(percent * 100)) / HUNDREDTHS_OF_ALL);
  const ref = sampleRef(seed ?? "");
  const test: SampleTest = { sample: { percent, ...(seed === undefined ? {} : { seed }) } };
  const condition: Condition = { kind: "compare", field: ref, how: "lt", value: places };
  return { ok: true, value: { test, lower: () => ({ kind: "sample", test, condition, ref }) } };
}

function isSeed(value: unknown): value is string | number {
  if (typeof value === "number") return Number.isSafeInteger(value);
  return typeof value === "string" && value.length <= MAX_SEED && value.isWellFormed() && !value.includes("\0");
}
