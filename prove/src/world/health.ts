import { setTimeout as sleep } from "node:timers/promises";
import type { CrmProcess } from "@crm-engine/servers";
import type { World } from "./world.js";

const ASK_EVERY_MS = 100;
const PREVIEW_EVERY_MS = 1_000;
const SHORTEST_STOP_MS = 500;
const LONGEST_STOP_MS = 3_000;
const BETWEEN_STOPS_MS = 2_500;

/** A while in which a process stood still. */
export interface Stops {
  readonly process: CrmProcess;
  readonly from: number;
  readonly to: number;
}

/** One question whether a server is alive. */
export interface Health {
  readonly process: CrmProcess;
  readonly begunAt: number;
  readonly endedAt: number;
  readonly ok: boolean;
}

/** Stops one of the processes now and then, for half a second to three, so often or until the signal. All of them go on when this settles. */
export async function stopNowAndThen(
  { random }: World,
  processes: readonly CrmProcess[],
  { most, over }: { readonly most: number; readonly over: AbortSignal },
): Promise<readonly Stops[]> {
  const stops: Stops[] = [];
  while (!over.aborted && stops.length < most) {
    await pause(random.below(BETWEEN_STOPS_MS), over);
    if (over.aborted) break;
    const process = random.pick(processes);
    const from = Date.now();
    process.stop();
    await pause(SHORTEST_STOP_MS + random.below(LONGEST_STOP_MS - SHORTEST_STOP_MS), over);
    process.resume();
    stops.push({ process, from, to: Date.now() });
  }
  return stops;
}

/** Asks servers whether they are alive, each again and again, and keeps them busy with previews of campaigns, until the signal. */
export async function watchHealth(
  servers: readonly CrmProcess[],
  campaigns: readonly string[],
  over: AbortSignal,
): Promise<readonly Health[]> {
  const seen: Health[] = [];
  const ask = async (process: CrmProcess): Promise<void> => {
    for (; !over.aborted; await pause(ASK_EVERY_MS, over)) {
      const begunAt = Date.now();
      const ok = await fetch(`${process.url()}/healthz`).then(
        async (response) => (await response.text()) !== "" && response.ok,
        () => false,
      );
      seen.push({ process, begunAt, endedAt: Date.now(), ok });
    }
  };
  const preview = async (process: CrmProcess): Promise<void> => {
    for (let turn = 0; !over.aborted; turn++) {
      const url = `${process.url()}/api/campaigns/${campaigns[turn % campaigns.length]}/preview`;
      const response = await fetch(url, { method: "POST", signal: over }).catch(() => undefined);
      await response?.arrayBuffer().catch(() => undefined);
      await pause(PREVIEW_EVERY_MS, over);
    }
  };
  await Promise.all(servers.flatMap((process) => [ask(process), preview(process)]));
  return seen;
}

async function pause(ms: number, over: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal: over }).catch(() => undefined);
}
