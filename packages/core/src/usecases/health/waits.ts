import type { BatchKind } from "../../model/batch.js";
import type { StoredCampaign } from "../../model/campaign.js";
import { formatInstant } from "../../model/instant.js";
import type { Duty } from "../../ports/heartbeats.js";
import type { Waiting } from "../../view/health/waiting.js";
import type { EngineParts } from "../engine-parts.js";
import { refusalOf } from "../ready.js";
import { type Look, shared } from "./look.js";
import { noWorkerSince, vendorFails } from "./said.js";
import { failingVendor, throttledRate } from "./vendor.js";

const DEPTHS_KEPT_MS = 2_000;
/** Asking takes a write. */
const REFUSAL_KEPT_MS = 1_000;
/** A dead worker's rows are looked for so often. */
const SWEPT_WITHIN_MS = 4_000;

/** Tells what campaigns and uploads that are under way wait for. */
export interface Waits {
  ofCampaign(campaign: StoredCampaign): Promise<readonly Waiting[]>;
  /** Of an upload that is not complete. */
  ofBatch(kind: BatchKind): Promise<readonly Waiting[]>;
}

export function createWaits(parts: EngineParts, look: () => Promise<Look>): Waits {
  const refusal = shared(REFUSAL_KEPT_MS, parts.elapsed, () => refusalOf(parts.store));
  const deadLetters = shared(DEPTHS_KEPT_MS, parts.elapsed, async () => ({
    customers: (await parts.queue.depth("customers")).deadLetters,
    orders: (await parts.queue.depth("orders")).deadLetters,
  }));
  return {
    ofCampaign: async (campaign) => {
      if (campaign.status === "paused") return [{ what: "user", why: `it is paused: ${whyOf(campaign)}` }];
      if (campaign.status === "failed") return [{ what: "user", why: `it failed: ${whyOf(campaign)}` }];
      const { schedule } = campaign;
      const due: readonly Waiting[] = schedule ? [{ what: "schedule", why: "it starts by itself", until: schedule.at }] : [];
      if (schedule) return [...due, ...(await ofWorkers(refusal, await look(), "campaigns"))];
      if (campaign.status !== "planning" && campaign.status !== "running") return [];
      const seen = await look();
      const workers = await ofWorkers(refusal, seen, "campaigns");
      if (workers.length > 0 || campaign.status === "planning") return workers;
      return ofRows(parts, seen, campaign);
    },
    ofBatch: async (kind) => {
      const workers = await ofWorkers(refusal, await look(), kind);
      if (workers.length > 0) return workers;
      const dead = (await deadLetters().catch(() => undefined))?.[kind] ?? 0;
      const are = dead === 1 ? "1 dead letter is" : `${dead} dead letters are`;
      const why = `${are} to be replayed or discarded (${kind} that could not be applied), and a part of it may be among them`;
      return dead > 0 ? [{ what: "dead_letter", why }] : [];
    },
  };
}

/** Nobody does it, or all who do are in trouble. A store that takes no writes has no heartbeats either. */
async function ofWorkers(
  refusal: () => ReturnType<typeof refusalOf>,
  { workers, heartbeats, now }: Look,
  duty: Duty,
): Promise<readonly Waiting[]> {
  const doing = workers.flatMap((worker) => worker.doing.filter((one) => one.duty === duty));
  if (doing.length === 0) {
    const { refusesWrites } = await refusal();
    if (refusesWrites !== undefined) return [{ what: "store", why: `the store takes no writes: ${refusesWrites}` }];
    const why = workers.length === 0 ? noWorkerSince(heartbeats) : `of ${workers.length} workers, none does ${duty}`;
    return [{ what: "worker", why }];
  }
  const [first] = doing.flatMap(({ trouble }) => (trouble ? [trouble] : []));
  if (!first || doing.some(({ trouble }) => !trouble)) return [];
  const what = duty === "campaigns" ? "store" : "queue";
  return [{ what, why: `its workers have failed since ${formatInstant(Math.min(first.since, now))}: ${first.reason}` }];
}

/** The rows of a campaign that is running, while somebody works on it. */
async function ofRows(parts: EngineParts, look: Look, campaign: StoredCampaign): Promise<readonly Waiting[]> {
  const { pending, claimed, nextDueAt } = await parts.store.communications.remaining(campaign.id);
  const waiting: Waiting[] = [];
  const failing = failingVendor(look);
  if (failing) {
    const until = failing.nextTryAt === undefined ? {} : { until: failing.nextTryAt };
    waiting.push({ what: "vendor", why: vendorFails(failing, look.now), ...until });
  }
  if (pending && nextDueAt !== undefined && nextDueAt > look.now)
    waiting.push({ what: "retry", why: "all that is left was put off; the first is tried again then", until: nextDueAt });
  else if (pending && !failing) waiting.push(...ofRates(parts, look, campaign));
  const gone = claimed ? lastSilent(look, parts.leaseMs) : undefined;
  if (gone !== undefined) {
    const why = "a worker is gone, and what it had in hand is taken over when its lease ends";
    waiting.push({ what: "lease", why, until: gone + parts.leaseMs + SWEPT_WITHIN_MS });
  }
  return waiting;
}

function ofRates(parts: EngineParts, look: Look, { throttlePerSecond }: StoredCampaign): readonly Waiting[] {
  const throttled = throttledRate(look, parts);
  const vendorRate = throttled?.perSecond ?? parts.senderRate;
  if (throttlePerSecond !== undefined && throttlePerSecond <= (vendorRate ?? throttlePerSecond))
    return [{ what: "rate", why: `it is sent at ${throttlePerSecond} a second, as was asked` }];
  if (throttled !== undefined)
    return [
      { what: "vendor_rate", why: `the vendor throttles: ${throttled.perSecond} a second for now`, until: throttled.until },
    ];
  if (vendorRate !== undefined)
    return [
      { what: "vendor_rate", why: `no more than ${vendorRate} messages a second go to the vendor, all campaigns together` },
    ];
  return [];
}

/** When a worker was last seen that fell silent so lately that rows may still be its own. */
function lastSilent({ heartbeats, workers, now }: Look, leaseMs: number): number | undefined {
  return heartbeats.find(
    (heartbeat) =>
      heartbeat.role === "worker" &&
      !heartbeat.ended &&
      !workers.includes(heartbeat) &&
      now - heartbeat.seenAt < leaseMs + SWEPT_WITHIN_MS,
  )?.seenAt;
}

function whyOf({ history }: StoredCampaign): string {
  return history.at(-1)?.why ?? "nobody said why";
}
