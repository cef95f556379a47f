import { setTimeout as sleep } from "node:timers/promises";
import type { Experiment } from "../experiment.js";
import { type Answer, ingestLoad } from "../uploads/ingest-load.js";
import { judgeIngested, untilApplied } from "../uploads/judge-ingested.js";
import { until } from "../world/until.js";

const SERVERS = 2;
const CLIENTS = 6;
/** People whom the orders are of: few, so that many requests are about the same. */
const BUYERS = 200;
/** Posts that are acknowledged between two kills, at least: a server that is always starting proves nothing. */
const POSTS_BETWEEN_KILLS = 20;
const MOST_BETWEEN_KILLS_MS = 300;
const STALLED_MS = 60_000;

/** Servers are killed while clients upload; a connection that breaks is no acknowledgement. */
export const killApi: Experiment = {
  name: "kill-api",
  mustBe: "what was answered with 202 is applied, and applied once",
  run: async (world, verdict) => {
    const { scale, random, say } = world;
    const kills = scale.count(50, 3);
    const servers = world.crew("serve", SERVERS);
    const worker = world.start("worker", "worker");
    await Promise.all([servers.ready(), worker.ready]);

    const over = new AbortController();
    const url = async () => (await servers.pick(random)).url();
    let acknowledged = 0;
    const onAnswer = ({ status }: Answer) => {
      if (status === 202) acknowledged += 1;
    };
    const load = ingestLoad({ clients: CLIENTS, url, people: BUYERS, random, signal: over.signal, onAnswer });
    try {
      for (let n = 1; n <= kills; n++) {
        const enough = acknowledged + POSTS_BETWEEN_KILLS;
        await until("posts are acknowledged", () => acknowledged >= enough, { timeoutMs: STALLED_MS, everyMs: 5 });
        await sleep(random.below(MOST_BETWEEN_KILLS_MS));
        await servers.killOne(random);
        if (n % 10 === 0) say(`${n} of ${kills} kills`);
      }
      await servers.ready();
    } finally {
      over.abort();
    }
    const ingested = await load;
    say(`${ingested.batchIds.length} posts acknowledged, ${ingested.unacknowledged} not`);
    await untilApplied(world, ingested);
    await worker.drain();
    verdict.figure("kills", kills);
    verdict.figure("acknowledgedPosts", ingested.batchIds.length);
    await judgeIngested(world, ingested, verdict);
  },
};
