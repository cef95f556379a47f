import { formatInstant } from "../../model/instant.js";
import { isAlive, type StoredHeartbeat } from "../../ports/heartbeats.js";
import type { EngineParts } from "../engine-parts.js";
import { isFirst } from "../once.js";
import type { Look } from "./look.js";
import { noWorkerSince } from "./said.js";

/** Processes that start together are no news. */
const PATIENCE_MS = 10_000;

/**
 * Makes a function that, each time it is called, tells the log of what became of workers since: of one that fell silent, which one process
 * tells for all; that there is none, and that there are some again, as this process sees it.
 */
export function createWorkerWatch(parts: EngineParts, look: () => Promise<Look>): () => Promise<void> {
  const { logger, elapsed } = parts;
  const began = elapsed();
  const told = new Set<string>();
  let absent = false;

  const tellOfSilent = async ({ id, role, host, pid, seenAt }: StoredHeartbeat): Promise<void> => {
    told.add(id);
    if (!(await isFirst(parts, `silent:${id}:${seenAt}`))) return;
    logger.warn({ worker: id, role, host, pid, lastSeenAt: formatInstant(seenAt) }, "a process fell silent: was it killed?");
  };
  return async () => {
    const seen = await look();
    for (const heartbeat of seen.heartbeats) {
      if (isAlive(heartbeat, seen.now)) told.delete(heartbeat.id);
      // Those that were silent before this process began are old news.
      else if (!heartbeat.ended && !told.has(heartbeat.id) && seen.now - heartbeat.seenAt < elapsed() - began)
        await tellOfSilent(heartbeat);
    }
    if (seen.workers.length === 0 && !absent && elapsed() - began >= PATIENCE_MS) {
      absent = true;
      logger.warn({}, `${noWorkerSince(seen.heartbeats)}: what is accepted waits until there is one`);
    } else if (seen.workers.length > 0 && absent) {
      absent = false;
      logger.info({ workers: seen.workers.length }, "workers are seen again");
    }
  };
}
