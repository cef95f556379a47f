import { CrmError } from "../../errors.js";
import type { Channel } from "../../model/channel.js";
import { REACH_REFUSALS, type Reach, type ReachQuestion } from "../../model/contact/reach.js";
import type { StoredCustomer } from "../../model/customer.js";
import type { EdgeContext } from "../../model/edge.js";
import { keysOf, recordOf } from "../../model/record-of.js";
import type { AudiencePreview, Customers } from "../../ports/customers.js";
import { type Condition, SAMPLE_PLACES } from "../../query/condition/condition.js";
import type { Estimate } from "../../view/estimate.js";
import { sleep } from "../sleep.js";

/** An estimate before it is shown. */
export interface Counted {
  readonly count: number;
  readonly exact: boolean;
  readonly marginOfError?: number;
  readonly sample: readonly StoredCustomer[];
  /** Where it was asked for; the refusals and those who will get a message add up to the count. */
  readonly reachable?: Reachable;
}

type Reachable = NonNullable<Estimate["reachable"]>;

/** What is counted. */
export interface Audience {
  readonly condition: Condition;
  readonly reach?: ReachQuestion | undefined;
}

/** The question of a channel; without one, none. */
export function reachBy(channel: Channel | undefined, { defaultConsent = "subscribed" }: EdgeContext): ReachQuestion | undefined {
  return channel && { channel, defaultConsent };
}

const EVERYONE: Condition = { kind: "all", of: [] };
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
 * Everyone is counted beside them, if there is time, and no estimate is above that.
 */
export async function estimateCount(
  customers: Previewing,
  audience: Audience,
  limitMs: number,
  signal: AbortSignal,
): Promise<Counted> {
  const timeUp = new AbortController();
  const timer = setTimeout(() => timeUp.abort(), limitMs);
  const until = AbortSignal.any([signal, timeUp.signal]);
  const over = new AbortController();
  let everyone: number | undefined;
  let slice: Slice | undefined;
  sleep(limitMs / 2, until)
    .then(() => {
      until.throwIfAborted();
      return customers.count(EVERYONE, { signal: AbortSignal.any([signal, over.signal]) });
    })
    .then((count) => {
      everyone = count;
    })
    .catch(() => undefined);
  const slicing = previewSlices(customers, audience, limitMs / 2, until, (done) => {
    slice = done;
  });
  try {
    const { condition, reach } = audience;
    const { count, examples, reach: found } = await customers.preview(condition, SAMPLE_SIZE, reach, { signal: until });
    return { count, exact: true, sample: examples, ...(found ? { reachable: exactly(count, found) } : {}) };
  } catch (error) {
    if (signal.aborted || !timeUp.signal.aborted) throw error;
    await slicing;
    slice ??= await lastChance(customers, audience, limitMs, signal);
    return scaledUp(slice, everyone);
  } finally {
    clearTimeout(timer);
    timeUp.abort();
    over.abort();
  }
}

type Previewing = Pick<Customers, "preview" | "count">;

/** What was counted in a sample. */
interface Slice extends AudiencePreview {
  readonly share: number;
}

async function previewSlices(
  customers: Previewing,
  audience: Audience,
  afterMs: number,
  signal: AbortSignal,
  done: (slice: Slice) => void,
): Promise<void> {
  await sleep(afterMs, signal);
  try {
    for (const share of SLICES) {
      if (signal.aborted) return;
      const slice = await previewSlice(customers, audience, share, signal);
      done(slice);
      if (slice.count >= ENOUGH) return;
    }
  } catch {
    // It was stopped, or failed as the preview of all customers does, whose error is thrown.
  }
}

async function previewSlice(
  customers: Previewing,
  { condition, reach }: Audience,
  share: number,
  signal: AbortSignal,
): Promise<Slice> {
  const places = Math.floor(SAMPLE_PLACES * share);
  const inShare: Condition = { kind: "compare", field: { of: "sample", factor: 1, offset: 0 }, how: "lt", value: places };
  const found = await customers.preview({ kind: "all", of: [inShare, condition] }, SAMPLE_SIZE, reach, { signal });
  return { share: places / SAMPLE_PLACES, ...found };
}

async function lastChance(customers: Previewing, audience: Audience, limitMs: number, signal: AbortSignal): Promise<Slice> {
  const timeout = AbortSignal.timeout(limitMs);
  try {
    return await previewSlice(customers, audience, SLICES[0] ?? 1, AbortSignal.any([signal, timeout]));
  } catch (error) {
    if (signal.aborted || !timeout.aborted) throw error;
    throw new CrmError("unavailable", `The store did not count even a small share of the customers within ${limitMs} ms.`);
  }
}

/**
 * The bounds are those of the score interval of a Poisson count, whose upper half is the larger one. What is known of everyone
 * bounds the estimate and the interval, and so the margin.
 */
function scaledUp({ share, count, examples, reach }: Slice, everyone = Number.POSITIVE_INFINITY): Counted {
  const half = Z * Math.sqrt(count + Z ** 2 / 4);
  const estimate = Math.min(everyone, Math.round(count / share));
  const least = Math.max(0, (count + Z ** 2 / 2 - half) / share);
  const most = Math.min(everyone, (count + Z ** 2 / 2 + half) / share);
  const marginOfError = Math.max(1, Math.ceil(Math.max(estimate - least, most - estimate)));
  const reachable = reach ? { reachable: inProportion(estimate, count, reach) } : {};
  return { count: estimate, marginOfError, exact: false, sample: examples, ...reachable };
}

function exactly(count: number, reach: Reach): Reachable {
  return { willBeSent: count - REACH_REFUSALS.reduce((sum, refusal) => sum + reach[refusal], 0), ...reach };
}

/** As in the sample; who shares an address is among those who will get a message, since the others may be outside of it. */
function inProportion(estimate: number, counted: number, { sharedAddress: _, ...reach }: Reach): Reachable {
  const { unsubscribed, notSubscribed, suppressed, noAddress } = reach;
  const refused = unsubscribed + notSubscribed + suppressed + noAddress;
  const parts = { willBeSent: counted - refused, unsubscribed, notSubscribed, suppressed, noAddress };
  return { ...apportioned(estimate, parts), sharedAddress: null };
}

/** Whole numbers in the proportion of the parts that add up to the total: what rounding down leaves goes to those that lost most by it. */
function apportioned<K extends string>(total: number, parts: Readonly<Record<K, number>>): Record<K, number> {
  const names = keysOf(parts) as readonly K[];
  const sum = names.reduce((before, name) => before + parts[name], 0);
  if (sum === 0) return recordOf(names, () => 0);
  const exact = recordOf(names, (name) => (parts[name] / sum) * total);
  const whole = recordOf(names, (name) => Math.floor(exact[name]));
  const lost = [...names].sort((a, b) => exact[b] - whole[b] - (exact[a] - whole[a]));
  const left = total - names.reduce((before, name) => before + whole[name], 0);
  for (const name of lost.slice(0, left)) whole[name] += 1;
  return whole;
}
