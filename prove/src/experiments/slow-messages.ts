import { type CrmProcess, peakMb } from "@crm-engine/servers";
import type { Experiment } from "../experiment.js";
import { deliveriesOf } from "../vendor/deliveries.js";
import type { FakeVendor } from "../vendor/fake-vendor.js";
import type { Verdict } from "../verdict.js";
import { draftTo, ledgerRows, loadPeople, personId } from "../world/audience.js";
import { type Health, type Stops, stopNowAndThen, watchHealth } from "../world/health.js";
import { patiently } from "../world/patiently.js";
import { whileProgressing } from "../world/until.js";
import type { World } from "../world/world.js";

/** The least that configuration takes; a call may last half of it, and the vendor takes most of that. */
const LEASE_MS = 2_000;
/** So few rows in hand that what is done twice, when a worker stood still past its lease, has a bound. */
const BATCH = 10;
const CALLS_IN_FLIGHT = 2;
const MAX_CALL_BYTES = 4 * 2 ** 20;
/** Of names and quotes around the messages of a call. */
const ENVELOPE_BYTES = 1_000;
const ANSWER_MS = 1_000;
/** A small run may share its machine with others; the full one may not. */
const BUSY_MS = 1_500;
const MOST_MB = 500;
const STALLED_MS = 40_000;

const LETTER =
  '<p style="color: #333">Dear {{ customer.name }}, lorem ipsum dolor sit amet, consectetur adipiscing elit</p>\n'.repeat(1_700);
/** Of three bytes for most of its characters: two books are more than a call may have. */
const CHAPTER = `<p>{{ customer.name }}様 ${"いつもご利用いただきありがとうございます。".repeat(120)}</p>\n`.repeat(75);

/** Messages at the limits of templates: the source's length, what is written, and what is done. */
function bodies({ scale }: World): Readonly<Record<string, string>> {
  const turns = scale.count(75_000, 5_000);
  return {
    letter: LETTER,
    book: `{% for part in (1..5) %}${CHAPTER}{% endfor %}`,
    toil: `{% for i in (1..${turns}) %}{% assign a = i | plus: 1 | times: 2 %}{% endfor %}Hi {{ customer.name }}`,
  };
}

interface Stage {
  readonly vendor: FakeVendor;
  readonly people: number;
  /** By the name of what they send. */
  readonly campaigns: ReadonlyMap<string, string>;
  /** All of our processes, and those of them that work. */
  readonly processes: readonly CrmProcess[];
  readonly workers: readonly CrmProcess[];
}

/** Long messages, templates that take long and a slow vendor, with the shortest leases, on workers that stand still now and then. */
export const slowMessages: Experiment = {
  name: "slow-messages",
  mustBe:
    "messages at every limit, a slow vendor, workers stopped now and then: everyone gets each once, and servers answer in 1 s",
  run: async (world, verdict) => {
    const { engine, scale } = world;
    const vendor = await world.vendor();
    await vendor.behave({ delayMs: scale.factor < 1 ? 250 : 700 });
    const env = (name: string) => ({ SENDER_URL: vendor.urlFor(name), LEASE_MS: String(LEASE_MS), BATCH_SIZE: String(BATCH) });
    const api = world.start("serve", "api", env("api"));
    // One that answers requests and works, in one process.
    const both = world.start("start", "both", env("both"));
    const worker = world.start("worker", "worker", env("worker"));
    const processes = [api, both, worker];
    await Promise.all(processes.map(({ ready }) => ready));
    const people = scale.count(200, 4);
    await loadPeople(world, people);
    const campaigns = new Map<string, string>();
    for (const [name, body] of Object.entries(bodies(world))) campaigns.set(name, await draftTo(world, name, { body }));
    const stage: Stage = { vendor, people, campaigns, processes, workers: [both, worker] };

    const over = new AbortController();
    const stopping = stopNowAndThen(world, stage.workers, { most: scale.count(100, 3), over: over.signal });
    const watching = watchHealth([api, both], [...campaigns.values()], over.signal);
    try {
      for (const id of campaigns.values()) await engine.campaigns.launch(id);
      await untilCompleted(world, stage);
    } catch (error) {
      verdict.miss(error instanceof Error ? error.message : String(error));
    } finally {
      over.abort();
    }
    const [stops, health] = await Promise.all([stopping, watching]);
    judgeHealth(world, health, stops, verdict);
    for (const process of processes) verdict.atMost(`${process.name}PeakMb`, Math.round(peakMb(process)), MOST_MB);
    await judgeCampaigns(world, stage, stops, verdict);
  },
};

async function untilCompleted(world: World, { vendor, campaigns, people }: Stage): Promise<void> {
  const { engine, say } = world;
  let saidAt = Date.now();
  await whileProgressing(
    "all campaigns are completed",
    async () => {
      const states = await Promise.all([...campaigns.values()].map((id) => engine.campaigns.get(id)));
      const { keys, calls } = await vendor.state();
      if (Date.now() - saidAt >= 30_000) {
        say(`${keys} of ${people * campaigns.size} messages sent, in ${calls} calls`);
        saidAt = Date.now();
      }
      return { done: states.every(({ status }) => status === "completed"), progress: keys + calls };
    },
    { stalledMs: STALLED_MS },
  );
}

/** What was asked while its process stood still is not its fault. */
function judgeHealth(world: World, health: readonly Health[], stops: readonly Stops[], verdict: Verdict): void {
  const fair = health.filter(
    ({ process, begunAt, endedAt }) =>
      !stops.some((stop) => stop.process === process && stop.from <= endedAt && stop.to >= begunAt),
  );
  const slowestMs = fair.reduce((most, { begunAt, endedAt }) => Math.max(most, endedAt - begunAt), 0);
  verdict.figure("stops", stops.length);
  verdict.atLeast("healthChecks", fair.length, 1);
  verdict.equal("unhealthy", fair.filter(({ ok }) => !ok).length, 0);
  verdict.atMost("slowestHealthMs", slowestMs, ANSWER_MS + (world.scale.factor < 1 ? BUSY_MS : 0));
}

async function judgeCampaigns(world: World, stage: Stage, stops: readonly Stops[], verdict: Verdict): Promise<void> {
  const { vendor, people, campaigns } = stage;
  const calls = vendor.journal();
  const total = { sent: 0, failed: 0, lost: 0, secondKeys: 0, repeats: 0, pauses: 0 };
  for (const id of campaigns.values()) {
    const rows = await ledgerRows(world, id);
    const { reached, secondKeys, repeats } = deliveriesOf(calls, id);
    const { history } = await patiently(() => world.engine.campaigns.get(id));
    total.sent += rows.filter(({ status }) => status === "sent").length;
    total.failed += rows.filter(({ status }) => status === "failed").length;
    for (let n = 0; n < people; n++) if (!reached.has(personId(n))) total.lost += 1;
    total.secondKeys += secondKeys.length;
    total.repeats += repeats;
    total.pauses += history.filter(({ to }) => to === "paused").length;
  }
  verdict.equal("sentRows", total.sent, people * campaigns.size);
  for (const name of ["failed", "lost", "secondKeys", "pauses"] as const) verdict.equal(name, total[name], 0);
  verdict.atMost("repeatsUnderTheSameKey", total.repeats, stops.length * CALLS_IN_FLIGHT * BATCH);
  verdict.figure("calls", calls.length);
  const large = calls.filter(({ bytes, messages }) => messages.length > 1 && bytes > MAX_CALL_BYTES + ENVELOPE_BYTES);
  verdict.figure("largestCallKb", Math.round(calls.reduce((most, { bytes }) => Math.max(most, bytes), 0) / 1_024));
  verdict.equal("callsTooLarge", large.length, 0);
}
