import { hasCode } from "../../errors.js";
import { formatInstant } from "../../model/instant.js";
import { isAlive, type StoredHeartbeat } from "../../ports/heartbeats.js";
import { readWhole } from "../../ports/page.js";
import { TOPICS } from "../../ports/queue.js";
import type { Finding } from "../../view/health/finding.js";
import type { EngineParts } from "../engine-parts.js";
import { refusalOf } from "../ready.js";
import { publicReason } from "../sender/public-reason.js";
import type { Look } from "./look.js";
import { duration, noWorkerSince, vendorFails } from "./said.js";
import { failingVendor, throttledRate } from "./vendor.js";

/** A queue whose oldest message has waited so long has too few workers. */
const LAG_MS = 60_000;
/** Calls in a row: fewer happen to any vendor. */
const FAILING_CALLS = 3;
/** Work that fails for less goes on by itself as a rule. */
const TROUBLE_MS = 3_000;

/** What is wrong with the store, the queue, the workers, the vendor and the campaigns, in this order. */
export async function findFaults(parts: EngineParts, look: () => Promise<Look>): Promise<readonly Finding[]> {
  const [ofStore, ofQueue] = await Promise.all([storeFaults(parts), queueFaults(parts)]);
  if (ofStore.some(({ code }) => code === "store_away")) return [...ofStore, ...ofQueue];
  const seen = await look();
  const beating = ofStore.length === 0;
  return [
    ...ofStore,
    ...ofQueue,
    ...(beating ? workerFaults(parts, seen) : []),
    ...vendorFaults(parts, seen),
    ...(await campaignFaults(parts)),
  ];
}

async function storeFaults({ store }: EngineParts): Promise<readonly Finding[]> {
  try {
    await store.info();
    const { refusesWrites } = await refusalOf(store);
    if (refusesWrites === undefined) return [];
    const text = `The store takes no writes, and nothing goes on until it does: ${refusesWrites}`;
    return [{ code: "store_refuses_writes", needsHand: true, text }];
  } catch (error) {
    return away(error, "store");
  }
}

async function queueFaults({ queue }: EngineParts): Promise<readonly Finding[]> {
  try {
    const { refusesWrites } = await queue.info();
    const text = `The queue takes no messages, so nothing is accepted until it does: ${refusesWrites}`;
    const refusal: readonly Finding[] =
      refusesWrites === undefined ? [] : [{ code: "queue_refuses_writes", needsHand: true, text }];
    return [...refusal, ...(await depthFaults(queue))];
  } catch (error) {
    return away(error, "queue");
  }
}

function away(error: unknown, service: "store" | "queue"): readonly Finding[] {
  if (!hasCode(error, "unavailable")) throw error;
  const text = `The ${service} does not answer: ${publicReason(error)} See that its server runs, and that ${service === "store" ? "STORE_URL" : "QUEUE_URL"} names it.`;
  return [{ code: `${service}_away`, needsHand: true, text }];
}

async function depthFaults(queue: EngineParts["queue"]): Promise<readonly Finding[]> {
  const depths = await Promise.all(TOPICS.map((topic) => queue.depth(topic)));
  return depths.flatMap(({ topic, messages, deadLetters, oldestAgeMs = 0 }): readonly Finding[] => [
    ...(oldestAgeMs > LAG_MS
      ? [
          {
            code: "queue_lag" as const,
            needsHand: false,
            topic,
            text: `${topic}: ${messages === 1 ? "1 message waits" : `${messages} messages wait, the oldest`} for ${duration(oldestAgeMs)}; more workers would help.`,
          },
        ]
      : []),
    ...(deadLetters > 0
      ? [
          {
            code: "dead_letters" as const,
            needsHand: true,
            topic,
            text: `${topic}: ${deadLetters === 1 ? "1 message could not be applied, and is kept as a dead letter: replay or discard it." : `${deadLetters} messages could not be applied, and are kept as dead letters: replay or discard them.`}`,
            command: `crm dead-letters list --topic ${topic}`,
          },
        ]
      : []),
  ]);
}

function workerFaults({ sender }: EngineParts, { heartbeats, workers, now }: Look): readonly Finding[] {
  const toStart = (text: string): Finding => ({ code: "no_worker", needsHand: true, text, command: "crm worker" });
  const none: readonly Finding[] =
    workers.length === 0
      ? [toStart(`${capital(noWorkerSince(heartbeats))}: uploads and campaigns wait until one is started.`)]
      : [];
  const idle = [...TOPICS, ...(sender ? (["campaigns"] as const) : [])].filter(
    (duty) => workers.length > 0 && !workers.some(({ doing }) => doing.some((one) => one.duty === duty)),
  );
  return [
    ...none,
    ...(idle.length > 0 ? [toStart(`No worker that is alive does ${idle.join(", ")}: that waits until one is started.`)] : []),
    ...heartbeats
      .filter((heartbeat) => isLost(heartbeat, { heartbeats, now }) && (workers.length > 0 || heartbeat.role !== "worker"))
      .map(lost),
    ...workers.flatMap((worker) =>
      worker.doing.flatMap(({ duty, trouble }): readonly Finding[] => {
        if (!trouble || now - trouble.since < TROUBLE_MS) return [];
        const since = formatInstant(trouble.since);
        const text = `A worker (${nameOf(worker)}) has failed at ${duty} since ${since}: ${trouble.reason}`;
        return [{ code: "worker_trouble", needsHand: true, workerId: worker.id, since, text }];
      }),
    ),
  ];
}

/** It fell silent without a word, and nobody was started in its role since. */
function isLost(heartbeat: StoredHeartbeat, { heartbeats, now }: Pick<Look, "heartbeats" | "now">): boolean {
  if (heartbeat.ended || isAlive(heartbeat, now)) return false;
  return !heartbeats.some(({ role, startedAt }) => role === heartbeat.role && startedAt > heartbeat.seenAt);
}

function lost(heartbeat: StoredHeartbeat): Finding {
  const { id, role, seenAt } = heartbeat;
  const since = formatInstant(seenAt);
  const what = role === "worker" ? "A worker" : "An API server";
  const text = `${what} (${nameOf(heartbeat)}) was last seen at ${since}, and did not end by itself: was it killed? Start another.`;
  return { code: "worker_silent", needsHand: true, workerId: id, since, text };
}

function vendorFaults(parts: EngineParts, look: Look): readonly Finding[] {
  const failing = failingVendor(look);
  const throttled = throttledRate(look, parts);
  return [
    ...(failing
      ? [
          {
            code: "vendor_failing" as const,
            needsHand: failing.state === "open" || failing.failures >= FAILING_CALLS,
            since: formatInstant(failing.since),
            text: `${capital(vendorFails(failing, look.now))}. Nothing is lost: it is tried again by itself.`,
          },
        ]
      : []),
    ...(throttled === undefined
      ? []
      : [
          {
            code: "vendor_throttles" as const,
            needsHand: false,
            text: `The vendor throttles: ${throttled.perSecond} messages a second go to it for now, and as many as before at ${formatInstant(throttled.until)} if it takes them.`,
          },
        ]),
  ];
}

/** Those that the engine stopped. */
async function campaignFaults({ store }: EngineParts): Promise<readonly Finding[]> {
  const ids = await readWhole((page) => store.campaigns.findIds(["paused", "failed"], page));
  const findings: Finding[] = [];
  for (const id of ids) {
    const campaign = await store.campaigns.get(id);
    const last = campaign?.history.at(-1);
    if (!campaign || !last || (campaign.status === "paused" && last.by === "user")) continue;
    if (campaign.status !== "paused" && campaign.status !== "failed") continue;
    findings.push({
      code: `campaign_${campaign.status}`,
      needsHand: true,
      campaignId: id,
      since: formatInstant(last.at),
      text: `Campaign “${campaign.name}” is ${campaign.status}: ${campaign.reason ?? last.why} (${last.why}). Mend that, then resume or cancel it.`,
    });
  }
  return findings;
}

function nameOf({ host, pid }: StoredHeartbeat): string {
  return `${host}, process ${pid}`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
