import { setTimeout as sleep } from "node:timers/promises";
import type { Rule } from "@crm-engine/core";
import type { Experiment } from "../experiment.js";
import { ingestLoad } from "../uploads/ingest-load.js";
import { judgeIngested, untilQueuesEmpty } from "../uploads/judge-ingested.js";
import type { FakeVendor } from "../vendor/fake-vendor.js";
import type { Verdict } from "../verdict.js";
import { draftTo, loadPeople, person } from "../world/audience.js";
import type { Crew } from "../world/crew.js";
import { judgeSent, untilSent } from "../world/sending.js";
import type { World } from "../world/world.js";

const SERVERS = 2;
const WORKERS = 2;
const CLIENTS = 4;
const BATCH = 50;
/** A call is always under way when the signal comes. */
const VENDOR_DELAY_MS = 300;
const LIMIT_MS = 10_000;
const STALLED_MS = 20_000;
const READERS: Rule = { field: "tags", op: "includesAny", value: ["reader"] };

interface Stage {
  readonly vendor: FakeVendor;
  readonly servers: Crew;
  readonly workers: Crew;
}

/** Processes are asked to end, one after the other, while others go on under full load. */
export const drain: Experiment = {
  name: "drain",
  mustBe: "a process that is asked to end does so with 0 within 10 s, and nothing that was accepted is lost",
  run: async (world, verdict) => {
    const people = world.scale.count(10_000, 1_000);
    const vendor = await world.vendor();
    const stage: Stage = {
      vendor,
      servers: world.crew("serve", SERVERS, (name) => ({ SENDER_URL: vendor.urlFor(name) })),
      workers: world.crew("worker", WORKERS, (name) => ({ SENDER_URL: vendor.urlFor(name), BATCH_SIZE: String(BATCH) })),
    };
    const { servers, workers } = stage;
    await Promise.all([servers.ready(), workers.ready()]);
    await reportToAny(world, stage);
    await loadPeople(world, people, (n) => ({ ...person(n), tags: ["reader"] }));

    const over = new AbortController();
    const url = async () => (await servers.pick(world.random)).url();
    const ingesting = ingestLoad({ clients: CLIENTS, url, people, random: world.random, signal: over.signal });
    const load = Promise.all([ingesting, keepSending(world, over.signal)]);
    load.catch(() => undefined);
    try {
      await drainOneByOne(world, stage, verdict);
    } finally {
      over.abort();
    }
    const [ingested, campaigns] = await load;
    world.say(`${ingested.batchIds.length} posts and ${campaigns.length} campaigns to be accounted for`);
    await untilSent(world, vendor, campaigns, STALLED_MS);
    await untilQueuesEmpty(world, STALLED_MS);
    await judgeIngested(world, ingested, verdict);
    await judgeSent(world, vendor, { campaigns, people, addresses: people }, verdict);
  },
};

/** Receipts go to an API that is up; waits for one. */
async function reportToAny({ random }: World, { vendor, servers }: Stage): Promise<void> {
  await vendor.behave({ delayMs: VENDOR_DELAY_MS, receiptsTo: (await servers.pick(random)).url() });
}

/** A server and a worker in turn, each replaced at once, as when a new version is rolled out. */
async function drainOneByOne(world: World, stage: Stage, verdict: Verdict): Promise<void> {
  const { scale, random, say } = world;
  const drains = scale.count(50, 4);
  let slowestMs = 0;
  let badExits = 0;
  for (let n = 0; n < drains; n++) {
    const crew = n % 2 === 0 ? stage.workers : stage.servers;
    const member = await crew.pick(random);
    await sleep(random.below(300));
    const draining = member.drain();
    crew.replace(member);
    const { code, tookMs, stderr } = await draining;
    await reportToAny(world, stage);
    slowestMs = Math.max(slowestMs, tookMs);
    if (code !== 0) badExits += 1;
    if (code !== 0) verdict.miss(`${member.name} ended with ${code} after ${tookMs} ms: ${stderr.split("\n")[0]}`);
    if ((n + 1) % 10 === 0) say(`${n + 1} of ${drains} drains, the slowest took ${slowestMs} ms`);
  }
  verdict.figure("drains", drains);
  verdict.equal("exitsOtherThanZero", badExits, 0);
  verdict.atMost("slowestMs", slowestMs, LIMIT_MS);
}

/** There is always a campaign being sent; returns their ids. The last one may go on after the signal. */
async function keepSending(world: World, signal: AbortSignal): Promise<readonly string[]> {
  const campaigns: string[] = [];
  while (!signal.aborted) {
    const id = await draftTo(world, `News ${campaigns.length + 1}`, { rule: READERS });
    await world.engine.campaigns.launch(id);
    campaigns.push(id);
    while (!signal.aborted && (await world.engine.campaigns.get(id)).status !== "completed") await sleep(100);
  }
  return campaigns;
}
