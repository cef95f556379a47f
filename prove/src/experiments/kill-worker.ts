import { setTimeout as sleep } from "node:timers/promises";
import type { Experiment } from "../experiment.js";
import { deliveriesOf } from "../vendor/deliveries.js";
import type { FakeVendor } from "../vendor/fake-vendor.js";
import type { Verdict } from "../verdict.js";
import { draftTo, ledgerRows, loadPeople, personId } from "../world/audience.js";
import type { Crew } from "../world/crew.js";
import { whileProgressing } from "../world/until.js";
import type { World } from "../world/world.js";

const WORKERS = 3;
/** Of one worker; what `createWorker` does unless told otherwise. */
const CALLS_IN_FLIGHT = 2;
const LEASE_MS = 2_000;
/** Each call takes a while, so that kills meet calls under way. */
const VENDOR_DELAY_MS = 100;
/** A lease, a sweep and the start of a process on a busy machine. */
const STALLED_MS = 12_000;
/** How long a kill waits for the victim to be in a call. */
const AIM_MS = 500;
/** One kill in so many is for the planning, if that lasts long enough. */
const PLANNING_KILLS = 20;

/** A campaign is sent by three workers, of which one after the other is killed. */
export const killWorker: Experiment = {
  name: "kill-worker",
  mustBe: "a row and a key for each person, nobody lost, nobody under a second key, completed only at the end",
  run: async (world, verdict) => {
    const { engine, scale, say } = world;
    const people = scale.count(100_000, 2_000);
    const kills = scale.count(100, 3);
    const batch = scale.count(200, 20);
    const vendor = await world.vendor();
    await vendor.behave({ delayMs: VENDOR_DELAY_MS });
    const workers = world.crew("worker", WORKERS, (name) => ({
      SENDER_URL: vendor.urlFor(name),
      LEASE_MS: String(LEASE_MS),
      BATCH_SIZE: String(batch),
    }));
    await workers.ready();
    await loadPeople(world, people);
    const campaignId = await draftTo(world, "News");
    await engine.campaigns.launch(campaignId);

    const over = new AbortController();
    const killing = killWorkers(world, { workers, vendor, campaignId, people, kills, over: over.signal });
    killing.catch(() => undefined);
    try {
      await untilCompleted(world, { vendor, campaignId, people });
    } catch (error) {
      verdict.miss(error instanceof Error ? error.message : String(error));
    } finally {
      over.abort();
    }
    const killed = await killing;
    // First of all, before anything can mend it.
    await mustBeOver(world, vendor, verdict, campaignId);
    verdict.equal("kills", killed.total, kills);
    verdict.figure("killsWhilePlanning", killed.whilePlanning);
    say("judging");
    await judge(world, vendor, verdict, { campaignId, people, mostRepeats: kills * batch * CALLS_IN_FLIGHT });
  },
};

interface Killing {
  readonly workers: Crew;
  readonly vendor: FakeVendor;
  readonly campaignId: string;
  readonly people: number;
  readonly kills: number;
  /** The campaign is over, or will never be. */
  readonly over: AbortSignal;
}

/**
 * Some while the audience is planned, the others spread evenly over the sending, each somewhere in its share of it: every other
 * one at any moment, the rest when the vendor has taken a call of the victim's and not yet answered.
 */
async function killWorkers(
  { engine, random, say }: World,
  { workers, vendor, campaignId, people, kills, over }: Killing,
): Promise<{ readonly total: number; readonly whilePlanning: number }> {
  let total = 0;
  const killOne = async (aimed: boolean): Promise<void> => {
    await workers.killOne(random, async ({ name }) => {
      for (const end = Date.now() + AIM_MS; aimed && Date.now() < end && !(await vendor.state()).underWay[name]; );
    });
    total += 1;
    if (total % 10 === 0) say(`${total} of ${kills} kills, ${(await vendor.state()).keys.toLocaleString("en")} people reached`);
  };

  const forPlanning = Math.ceil(kills / PLANNING_KILLS);
  while (total < forPlanning && (await engine.campaigns.get(campaignId)).status === "planning") {
    await killOne(false);
    await sleep(random.below(200));
  }
  const whilePlanning = total;
  for (const left = kills - total; total < kills; ) {
    const mark = (people * (total - whilePlanning + random.share())) / left;
    while ((await vendor.state()).keys < mark && !over.aborted) await sleep(10);
    if (over.aborted) break;
    await killOne((total - whilePlanning) % 2 === 0);
  }
  return { total, whilePlanning };
}

async function untilCompleted(
  { engine }: World,
  { vendor, campaignId, people }: Pick<Killing, "vendor" | "campaignId" | "people">,
): Promise<void> {
  await whileProgressing(
    `all ${people} people are accounted for`,
    async () => {
      const { status, updatedAt } = await engine.campaigns.get(campaignId);
      return { done: status === "completed", progress: Date.parse(updatedAt) + (await vendor.state()).accepted };
    },
    { stalledMs: STALLED_MS, everyMs: 50 },
  );
}

/** At the moment when it says so, the campaign is over. */
async function mustBeOver({ engine, store }: World, vendor: FakeVendor, verdict: Verdict, campaignId: string): Promise<void> {
  const { status } = await engine.campaigns.get(campaignId);
  verdict.figure("status", status);
  if (status !== "completed") return verdict.miss(`the campaign is ${status}; it must be completed`);
  const open = await store.communications.remaining(campaignId);
  const { keys } = await vendor.state();
  const { total } = await engine.campaigns.stats(campaignId);
  if (open.pending || open.claimed) verdict.miss("the campaign says completed, and rows are still pending or claimed");
  if (keys < total) verdict.miss(`the campaign says completed when ${keys} of its ${total} people have been reached`);
}

async function judge(
  world: World,
  vendor: FakeVendor,
  verdict: Verdict,
  { campaignId, people, mostRepeats }: { readonly campaignId: string; readonly people: number; readonly mostRepeats: number },
): Promise<void> {
  const rows = await ledgerRows(world, campaignId);
  const { reached, keys, repeats, secondKeys } = deliveriesOf(vendor.journal(), campaignId);
  let lost = 0;
  for (let n = 0; n < people; n++) if (!reached.has(personId(n))) lost += 1;
  verdict.equal("logRows", rows.length, people);
  verdict.equal("sentRows", rows.filter((row) => row.status === "sent").length, people);
  verdict.equal("vendorKeys", keys, people);
  verdict.equal("lost", lost, 0);
  verdict.equal("secondKeys", secondKeys.length, 0);
  verdict.atMost("repeatsUnderTheSameKey", repeats, mostRepeats);
}
