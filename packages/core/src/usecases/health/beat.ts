import type { ProcessReport, Work } from "../../engine/work.js";
import type { Instant } from "../../model/instant.js";
import type { Doing, Heartbeat, VendorHealth } from "../../ports/heartbeats.js";
import type { EngineParts } from "../engine-parts.js";
import { publicReason } from "../sender/public-reason.js";
import type { SeenVendor } from "../sender/vendor-breaker.js";
import type { InHand } from "./in-hand.js";
import type { Look } from "./look.js";
import { createWorkerWatch } from "./watch-workers.js";

/** A process of which nothing was heard for a day is forgotten. */
const FORGET_AFTER_MS = 86_400_000;

/** What a process sees of others, of its own work, and of the vendor. */
interface Sight {
  readonly look: () => Promise<Look>;
  readonly inHand: InHand;
  readonly seenVendor: (() => SeenVendor) | undefined;
}

/** Makes the function by which a process says that it is alive, what it does, and how the vendor does; then it listens to the others. */
export function createBeat(parts: EngineParts, { look, inHand, seenVendor }: Sight): Work["beat"] {
  const watch = createWorkerWatch(parts, look);
  return async (report) => {
    const now = await parts.clock();
    await parts.store.heartbeats.beat(heartbeatOf(report, now, inHand, seenVendor?.()), FORGET_AFTER_MS);
    if (!report.ended) await watch();
  };
}

/** Without a vendor nobody works on campaigns. */
function heartbeatOf(
  { upForMs, doing, ended, ...process }: ProcessReport,
  now: Instant,
  inHand: InHand,
  vendor: SeenVendor | undefined,
): Heartbeat {
  const duties = doing.filter(({ duty }) => vendor !== undefined || duty !== "campaigns");
  return {
    ...process,
    startedAt: now - Math.round(upForMs),
    doing: duties.map(({ duty, trouble }): Doing => ({ duty, inHand: inHand.of(duty), ...troubleOf(trouble, now) })),
    ...(vendor === undefined || process.role !== "worker" ? {} : { vendor: vendorHealth(vendor, now) }),
    ...(ended ? { ended } : {}),
  };
}

function troubleOf(trouble: ProcessReport["doing"][number]["trouble"], now: Instant): Pick<Doing, "trouble"> {
  if (!trouble) return {};
  return { trouble: { since: now - Math.round(trouble.forMs), reason: publicReason(trouble.error) } };
}

function vendorHealth(
  { state, failures, failingForMs, lastError, nextTryInMs, answeredAgoMs }: SeenVendor,
  now: Instant,
): VendorHealth {
  const ago = (ms: number): Instant => now - Math.round(ms);
  return {
    state,
    failures,
    ...(failingForMs === undefined ? {} : { failingSince: ago(failingForMs) }),
    ...(lastError === undefined ? {} : { lastError }),
    ...(nextTryInMs === undefined ? {} : { nextTryAt: ago(-nextTryInMs) }),
    ...(answeredAgoMs === undefined ? {} : { answeredAt: ago(answeredAgoMs) }),
  };
}
