import type { Estimate } from "../engine.js";
import { CrmError } from "../errors.js";
import type { StoredCustomer } from "../model/customer.js";
import type { Customers } from "../ports.js";
import { type Condition, SAMPLE_PLACES } from "../query/condition.js";
import { sleep } from "./sleep.js";

export type Counted = Omit<Estimate, "tookMs">;

const SAMPLE_SIZE = 5;
/** Shares of the customers, smallest first. Each holds the one before it. */
const SLICES: readonly number[] = [1 / 1024, 1 / 256, 1 / 64, 1 / 16, 1 / 4];
/** A slice with so many is good to some 2 %: a larger one is not worth its time. */
const ENOUGH = 10_000;
/** Quantile of the normal distribution for 95 %. */
const Z = 1.96;

/**
 * Counts whom a condition selects, and finds a few of them. Where that takes longer than the limit, it is stopped, and the count is
 * made from the largest share of the customers that was counted by then: those whose hash of the id is in the first part of
 * all hashes, which has nothing to do with any rule or with the samples that rules take. The number found in the share is
 * about Poisson distributed, so that the true count is within the stated margin in 95 of 100 cases. Shares are counted from
 * half of the limit on; if by the limit none is done, the smallest has as long again, and then it is `unavailable`.
 */
export async function estimateCount(
  customers: Pick<Customers, "count" | "find">,
  condition: Condition,
  limitMs: number,
  signal: AbortSignal,
): Promise<Counted> {
  const timeUp = new AbortController();
  const timer = setTimeout(() => timeUp.abort(), limitMs);
  const until = AbortSignal.any([signal, timeUp.signal]);
  let found: readonly StoredCustomer[] = [];
  let slice: Slice | undefined;
  const finding = customers.find(condition, { limit: SAMPLE_SIZE }, { signal: until }).then(({ items }) => {
    found = items;
  });
  const slicing = countSlices(customers, condition, limitMs / 2, until, (counted) => {
    slice = counted;
  });
  try {
    const [count] = await Promise.all([customers.count(condition, { signal: until }), unless(timeUp.signal, finding)]);
    return { count, exact: true, sample: found };
  } catch (error) {
    if (signal.aborted || !timeUp.signal.aborted) throw error;
    await slicing;
    slice ??= await lastChance(customers, condition, limitMs, signal);
    return { ...scaledUp(slice), exact: false, sample: found };
  } finally {
    clearTimeout(timer);
    timeUp.abort();
  }
}

/** How many were found in a share of the customers. */
interface Slice {
  readonly share: number;
  readonly found: number;
}

async function countSlices(
  customers: Pick<Customers, "count">,
  condition: Condition,
  afterMs: number,
  signal: AbortSignal,
  done: (slice: Slice) => void,
): Promise<void> {
  await sleep(afterMs, signal);
  try {
    for (const share of SLICES) {
      if (signal.aborted) return;
      const slice = await countSlice(customers, condition, share, signal);
      done(slice);
      if (slice.found >= ENOUGH) return;
    }
  } catch {
    // Stopped, or failing as the count of everyone does, which tells of it.
  }
}

async function countSlice(
  customers: Pick<Customers, "count">,
  condition: Condition,
  share: number,
  signal: AbortSignal,
): Promise<Slice> {
  const places = Math.floor(SAMPLE_PLACES * share);
  const inShare: Condition = { kind: "compare", field: { of: "sample", factor: 1, offset: 0 }, how: "lt", value: places };
  const found = await customers.count({ kind: "all", of: [inShare, condition] }, { signal });
  return { share: places / SAMPLE_PLACES, found };
}

async function lastChance(
  customers: Pick<Customers, "count">,
  condition: Condition,
  limitMs: number,
  signal: AbortSignal,
): Promise<Slice> {
  const timeout = AbortSignal.timeout(limitMs);
  try {
    return await countSlice(customers, condition, SLICES[0] ?? 1, AbortSignal.any([signal, timeout]));
  } catch (error) {
    if (signal.aborted || !timeout.aborted) throw error;
    throw new CrmError("unavailable", `The store did not count even a small share of the customers within ${limitMs} ms.`);
  }
}

/** The margin is the upper half of the score interval of a Poisson count, which is the larger half. */
function scaledUp({ share, found }: Slice): { readonly count: number; readonly marginOfError: number } {
  const margin = Z ** 2 / 2 + Z * Math.sqrt(found + Z ** 2 / 4);
  return { count: Math.round(found / share), marginOfError: Math.ceil(margin / share) };
}

/** Waits for work; that it fails once the signal is there does not matter. */
async function unless(signal: AbortSignal, work: Promise<void>): Promise<void> {
  await work.catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
}
