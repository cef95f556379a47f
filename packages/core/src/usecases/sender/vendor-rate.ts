import type { LoweredRate } from "../../ports/coordination.js";
import type { EngineParts } from "../engine-parts.js";

/** The vendor's bucket, which all workers share. */
export const VENDOR_BUCKET = "sender";

const LOWERED_EVERY_MS = 1_000;
/** A lowered rate rises after each such time. */
export const RAISED_EVERY_MS = 10_000;
/** One message in ten seconds. */
const SLOWEST = 0.1;
/** A lowered rate that has risen to this is none any more. */
const FREE = 1_000_000;
const MEASURED_MS = 1_000;

/** How many messages a second the vendor takes: what was configured, or less where it throttled. What was lowered is kept in the store. */
export interface VendorRate {
  /** Undefined: as many as there are. */
  perSecond(): Promise<number | undefined>;
  /** The same as when this process last asked. */
  known(): number | undefined;
  /** Messages that went to the vendor, and the rate that was known as they went. */
  sent(count: number, rate: number | undefined): void;
  /**
   * Halves the rate for all workers, at most once a second. Where there is none yet, it begins with half of what was sent in a second:
   * each process adds what it sent without a rate in its last second, once the vendor throttles it too.
   */
  throttled(): Promise<void>;
}

export function createVendorRate({
  store,
  senderRate,
  elapsed,
  logger,
}: Pick<EngineParts, "store" | "senderRate" | "elapsed" | "logger">): VendorRate {
  let known = senderRate;
  let sends: readonly { readonly at: number; readonly count: number; readonly rate: number | undefined }[] = [];
  const recent = () => sends.filter(({ at }) => at > elapsed() - MEASURED_MS);
  const perSecond = async () => {
    const lowered = await store.rates.lowered(VENDOR_BUCKET);
    const raised = lowered ? raisedRate(lowered) : FREE;
    known = raised < (senderRate ?? FREE) ? raised : senderRate;
    return known;
  };
  return {
    perSecond,
    known: () => known,
    sent: (count, rate) => {
      sends = [...recent(), { at: elapsed(), count, rate }];
    },
    throttled: async () => {
      const free = recent().filter(({ rate }) => rate === undefined);
      sends = sends.filter(({ rate }) => rate !== undefined);
      const measured = free.reduce((sum, { count }) => sum + count, 0);
      const shared = await perSecond();
      const before = shared ?? measured;
      if (before === 0) return;
      const lower = async () => {
        const lowered = { perSecond: Math.max(SLOWEST, before / 2), before };
        const isMine = await store.rates.lower(VENDOR_BUCKET, lowered, LOWERED_EVERY_MS);
        if (isMine) logger.warn(lowered, "the vendor throttles: its rate was lowered, in messages a second");
        return isMine;
      };
      if (measured === 0) return void (await lower());
      if (shared === undefined && (await lower())) return;
      const part = { perSecond: measured / 2, before: measured };
      if (!(await store.rates.widen(VENDOR_BUCKET, part, RAISED_EVERY_MS))) await lower();
    },
  };
}

/** A lowered rate as it is by now: doubled every ten seconds up to the rate that was throttled, then raised by a tenth. */
export function raisedRate({ perSecond, before, ageMs }: LoweredRate): number {
  let rate = perSecond;
  for (let steps = Math.floor(ageMs / RAISED_EVERY_MS); steps > 0 && rate < FREE; steps--) {
    rate = rate < before ? Math.min(before, rate * 2) : rate * 1.1;
  }
  return rate;
}
