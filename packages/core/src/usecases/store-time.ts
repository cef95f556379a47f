import { CrmError } from "../errors.js";
import type { Instant } from "../model/instant.js";
import type { StoreClock } from "../ports/coordination.js";

/** A reading that took longer says too little. */
const SLOW_MS = 1_000;
/** The first ones may have to connect. */
const FIRST_READINGS = 3;
const READ_EVERY_MS = 60_000;
const TRY_AGAIN_MS = 5_000;
/** So far this machine's two clocks drift apart only where one was set, or stood still while the machine slept. */
const STEP_MS = 1_000;

/** The time on the store's clock. Rejects as `unavailable` until that has been read once; from then on it needs no store. */
export type StoreTime = () => Promise<Instant>;

/** This machine's clocks. What decides between processes is never on the second. */
interface LocalClocks {
  /** Milliseconds that only rise, and that nobody sets. */
  readonly elapsed: () => number;
  readonly wall: () => Instant;
}

interface Reading {
  /** The store's clock less `elapsed`. */
  readonly offsetMs: number;
  /** The wall clock less `elapsed`. */
  readonly leadMs: number;
  /** By `elapsed`. */
  readonly nextAt: number;
}

const LOCAL: LocalClocks = { elapsed: () => performance.now(), wall: () => Date.now() };

/**
 * Follows the store's clock by this machine's monotonic one. It reads the store's at the first use, and again each minute of use
 * while the time it knows goes on being told; only where the machine has slept, or its clock was set, is the new reading waited for. Nobody
 * reads while nobody asks.
 */
export function followClock(clock: StoreClock, { elapsed, wall }: LocalClocks = LOCAL): StoreTime {
  let last: Reading | undefined;
  let reading: Promise<Reading> | undefined;
  const leadMs = (): number => wall() - elapsed();
  const told = ({ offsetMs }: Reading): Instant => Math.floor(elapsed() + offsetMs);

  const read = async (): Promise<Reading> => {
    for (let left = last ? 1 : FIRST_READINGS; left > 0; left--) {
      const asked = elapsed();
      const time = await clock.now();
      const answered = elapsed();
      if (answered - asked > SLOW_MS) continue;
      const offsetMs = within(last?.offsetMs, time - answered, time + 1 - asked);
      return { offsetMs, leadMs: leadMs(), nextAt: answered + READ_EVERY_MS };
    }
    throw new CrmError("unavailable", `The store took longer than ${SLOW_MS} ms to tell its time.`);
  };
  const again = (): Promise<Reading> => {
    reading ??= read()
      .catch((error: unknown) => {
        if (!last) throw error;
        return { ...last, leadMs: leadMs(), nextAt: elapsed() + TRY_AGAIN_MS };
      })
      .then((next) => {
        last = next;
        return next;
      })
      .finally(() => {
        reading = undefined;
      });
    return reading;
  };

  return async () => {
    if (!last || Math.abs(leadMs() - last.leadMs) > STEP_MS) return told(await again());
    if (elapsed() >= last.nextAt) void again();
    return told(last);
  };
}

/** A reading bounds the offset from both sides; one that agrees with what is known, however roughly, changes nothing. */
function within(known: number | undefined, least: number, most: number): number {
  return Math.min(most, Math.max(least, known ?? (least + most) / 2));
}
