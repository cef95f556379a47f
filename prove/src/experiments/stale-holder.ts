import { isDeepStrictEqual } from "node:util";
import { hasCode } from "@crm-engine/core";
import type { StoredCommunication } from "@crm-engine/core/ports";
import type { CrmProcess } from "@crm-engine/servers";
import type { Experiment } from "../experiment.js";
import { deliveriesOf, messagesOf } from "../vendor/deliveries.js";
import type { FakeVendor } from "../vendor/fake-vendor.js";
import type { Verdict } from "../verdict.js";
import { draftTo, ledgerRows, loadPeople } from "../world/audience.js";
import { until } from "../world/until.js";
import type { World } from "../world/world.js";

/** Stopped together in one wave: each of them is a round. */
const STALE = 2;
/** Of one worker; what `createWorker` does unless told otherwise. */
const CALLS_IN_FLIGHT = 2;
const BATCH = 20;
/** More than everybody can have in hand at once. */
const PEOPLE = 10 * BATCH;
const LEASE_MS = 2_000;
/** Keeps the healthy worker busy while the others claim. */
const HEALTHY_DELAY_MS = 300;
const TIMEOUT_MS = 20_000;
const MAX_TRIES = 5;
/** Of each wave's changed rows. */
const SHOWN = 2;

interface Stage {
  readonly vendor: FakeVendor;
  readonly stale: readonly CrmProcess[];
}

/** A campaign as it was when it was over, with the stale workers still standing in calls of it. */
interface Wave {
  readonly campaignId: string;
  readonly rows: readonly StoredCommunication[];
}

/** Workers are stopped in the middle of their calls until another has done their work; then they go on. */
export const staleHolder: Experiment = {
  name: "stale-holder",
  mustBe: "what a worker writes after its lease has passed to another changes no row, and nobody gets a second key",
  run: async (world, verdict) => {
    const waves = Math.ceil(world.scale.count(50, 4) / STALE);
    const vendor = await world.vendor();
    const start = (name: string) =>
      world.start("worker", name, {
        SENDER_URL: vendor.urlFor(name),
        LEASE_MS: String(LEASE_MS),
        BATCH_SIZE: String(BATCH),
        // The breaker is not what is looked at here.
        BREAKER_FAILURES: "1000",
      });
    const stale = Array.from({ length: STALE }, (_, index) => start(`stale-${index + 1}`));
    const stage: Stage = { vendor, stale };
    const healthy = start("healthy");
    await vendor.behave({ delayMs: HEALTHY_DELAY_MS }, healthy.name);
    await Promise.all([...stale, healthy].map((worker) => worker.ready));
    await loadPeople(world, PEOPLE);

    const over: Wave[] = [];
    const tally = { changed: 0, stopsRepeated: 0 };
    // One wave more than is judged: when the stale workers are in calls again, their late writes are behind them.
    for (let n = 0; n <= waves; n++) {
      const { campaignId, tries } = await stopInCalls(world, stage, n);
      const last = over.at(-1);
      if (last) tally.changed += await rowsChanged(world, last, verdict);
      tally.stopsRepeated += tries - 1;
      over.push(await takeOver(world, stage, campaignId, n));
      if (n > 0 && n % 5 === 0) world.say(`${n * STALE} of ${waves * STALE} rounds`);
    }
    verdict.figure("rounds", waves * STALE);
    verdict.figure("stopsRepeated", tally.stopsRepeated);
    verdict.equal("rowsChangedLate", tally.changed, 0);
    judge(stage, over.slice(0, waves), verdict);
  },
};

/** Launches, and stops the stale workers when each is in as many calls as it ever has; tries again where it came too late. */
async function stopInCalls(
  world: World,
  stage: Stage,
  wave: number,
): Promise<{ readonly campaignId: string; readonly tries: number }> {
  for (let tries = 1; tries <= MAX_TRIES; tries++) {
    const campaignId = await draftTo(world, `Wave ${wave}, try ${tries}`);
    await behaveStale(stage, { hold: true });
    await world.engine.campaigns.launch(campaignId);
    await until("the stale workers are in calls", () => allInCalls(stage), { timeoutMs: TIMEOUT_MS, everyMs: 5 });
    for (const worker of stage.stale) worker.stop();
    if ((await canWrite(world)) && (await allInCalls(stage))) return { campaignId, tries };
    for (const worker of stage.stale) worker.resume();
    await behaveStale(stage, {});
    await stage.vendor.release({});
    await untilCompleted(world, campaignId);
  }
  throw new Error(`the stale workers could not be stopped in a call, ${MAX_TRIES} times`);
}

async function behaveStale({ vendor, stale }: Stage, behaviour: { readonly hold?: boolean }): Promise<void> {
  for (const { name } of stale) await vendor.behave(behaviour, name);
}

async function allInCalls({ vendor, stale }: Stage): Promise<boolean> {
  const { underWay } = await vendor.state();
  return stale.every(({ name }) => underWay[name] === CALLS_IN_FLIGHT);
}

/** A process that is stopped inside a write keeps the lock of a SQLite file, and nobody could take over. */
async function canWrite({ store }: World): Promise<boolean> {
  try {
    await store.leases.acquire("prove:can-write", 1);
    return true;
  } catch (error) {
    if (hasCode(error, "unavailable")) return false;
    throw error;
  }
}

/** Settles with the rows when another worker has sent them all; then the vendor answers the stale ones, and they go on. */
async function takeOver(world: World, stage: Stage, campaignId: string, wave: number): Promise<Wave> {
  await untilCompleted(world, campaignId);
  const rows = await ledgerRows(world, campaignId);
  for (const { name } of stage.stale) {
    await stage.vendor.release(wave % 2 === 0 ? { httpStatus: 500 } : { retryShare: 1 }, name);
  }
  for (const worker of stage.stale) worker.resume();
  await until(
    "their calls are over",
    async () => Object.values((await stage.vendor.state()).underWay).every((calls) => calls === 0),
    {
      timeoutMs: TIMEOUT_MS,
    },
  );
  return { campaignId, rows };
}

async function untilCompleted({ engine }: World, campaignId: string): Promise<void> {
  const completed = async () => (await engine.campaigns.get(campaignId)).status === "completed";
  await until("another worker has completed the campaign", completed, { timeoutMs: TIMEOUT_MS });
}

async function rowsChanged(world: World, { campaignId, rows }: Wave, verdict: Verdict): Promise<number> {
  const before = new Map(rows.map((row) => [row.id, row]));
  const changed = (await ledgerRows(world, campaignId)).filter((row) => !isDeepStrictEqual(row, before.get(row.id)));
  for (const row of changed.slice(0, SHOWN))
    verdict.miss(`${row.id} was ${before.get(row.id)?.status} and is now ${row.status} (${row.reason ?? "no reason"})`);
  return changed.length;
}

function judge({ vendor }: Stage, waves: readonly Wave[], verdict: Verdict): void {
  const calls = vendor.journal();
  const judged = new Set(waves.map(({ campaignId }) => campaignId));
  const held = messagesOf(calls.filter((call) => call.answer === "held")).filter(([, campaignId]) => judged.has(campaignId));
  const deliveries = waves.map(({ campaignId }) => deliveriesOf(calls, campaignId));
  const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0);
  verdict.atLeast("rowsTakenOver", held.length, waves.length * STALE);
  verdict.equal("lost", sum(deliveries.map(({ reached }) => PEOPLE - reached.size)), 0);
  verdict.equal("secondKeys", sum(deliveries.map(({ secondKeys }) => secondKeys.length)), 0);
}
