import { CrmError } from "../../errors.js";
import type { StoredCustomer } from "../../model/customer.js";
import type { AudiencePreview, Customers } from "../../ports/customers.js";
import { type Condition, SAMPLE_PLACES } from "../../query/condition/condition.js";
import { sleep } from "../sleep.js";

/** An estimate before it is shown. */
export interface Counted {
  readonly count: number;
  readonly exact: boolean;
  readonly marginOfError?: number;
  readonly sample: readonly StoredCustomer[];
}

const SAMPLE_SIZE = 5;
/** Sample sizes as shares of all customers, smallest first. Each sample includes the one before it. */
const SLICES: readonly number[] = [1 / 1024, 1 / 256, 1 / 64, 1 / 16, 1 / 4];
/** A sample with this many matches is accurate to about 2 %: a larger one is not worth its time. */
const ENOUGH = 10_000;
/** Quantile of the normal distribution for 95 %. */
const Z = 1.96;

/**
 * Counts whom a condition selects, and shows a few of them. If that takes longer than the limit, the query is cancelled, and the
 * count is extrapolated from the largest sample that was counted by then: the customers whose id hash is in the first part of all
 * hashes, which is independent of every rule and of the samples that rules take. The matches in a sample are about Poisson
 * distributed, so that the true count is within the stated margin in 95 of 100 cases. Sampling starts at half of the limit; if no
 * sample is done by the limit, the smallest gets as long again, and then the estimate is `unavailable`.
 */
export async function estimateCount(
  customers: Previewing,
  condition: Condition,
  limitMs: number,
  signal: AbortSignal,
): Promise<Counted> {
  const timeUp = new AbortController();
  const timer = setTimeout(() => timeUp.abort(), limitMs);
  const until = AbortSignal.any([signal, timeUp.signal]);
  let slice: Slice | undefined;
  const slicing = previewSlices(customers, condition, limitMs / 2, until, (done) => {
    slice = done;
  });
  try {
    const { count, examples } = await customers.preview(condition, SAMPLE_SIZE, { signal: until });
    return { count, exact: true, sample: examples };
  } catch (error) {
    if (signal.aborted || !timeUp.signal.aborted) throw error;
    await slicing;
    return scaledUp(slice ?? (await lastChance(customers, condition, limitMs, signal)));
  } finally {
    clearTimeout(timer);
    timeUp.abort();
  }
}

type Previewing = Pick<Customers, "preview">;

/** What was counted in a sample. */
interface Slice extends AudiencePreview {
  readonly share: number;
}

async function previewSlices(
  customers: Previewing,
  condition: Condition,
  afterMs: number,
  signal: AbortSignal,
  done: (slice: Slice) => void,
): Promise<void> {
  await sleep(afterMs, signal);
  try {
    for (const share of SLICES) {
      if (signal.aborted) return;
      const slice = await previewSlice(customers, condition, share, signal);
      done(slice);
      if (slice.count >= ENOUGH) return;
    }
  } catch {
    // It was stopped, or failed as the preview of all customers does, whose error is thrown.
  }
}

async function previewSlice(customers: Previewing, condition: Condition, share: number, signal: AbortSignal): Promise<Slice> {
  const places = Math.floor(SAMPLE_PLACES * share);
  const inShare: Condition = { kind: "compare", field: { of: "sample", factor: 1, offset: 0 }, how: "lt", value: places };
  const found = await customers.preview({ kind: "all", of: [inShare, condition] }, SAMPLE_SIZE, { signal });
  return { share: places / SAMPLE_PLACES, ...found };
}

async function lastChance(customers: Previewing, condition: Condition, limitMs: number, signal: AbortSignal): Promise<Slice> {
  const timeout = AbortSignal.timeout(limitMs);
  try {
    return await previewSlice(customers, condition, SLICES[0] ?? 1, AbortSignal.any([signal, timeout]));
  } catch (error) {
    if (signal.aborted || !timeout.aborted) throw error;
    throw new CrmError("unavailable", `The store did not count even a small share of the customers within ${limitMs} ms.`);
  }
}

/** The margin is the upper half of the score interval of a Poisson count, which is the larger half. */
function scaledUp({ share, count, examples }: Slice): Counted {
  const margin = Z ** 2 / 2 + Z * Math.sqrt(count + Z ** 2 / 4);
  return { count: Math.round(count / share), marginOfError: Math.ceil(margin / share), exact: false, sample: examples };
}
