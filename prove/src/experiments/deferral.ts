import { setTimeout as sleep } from "node:timers/promises";
import type { CampaignStats } from "@crm-engine/core";
import type { StoredCommunication } from "@crm-engine/core/ports";
import type { Experiment } from "../experiment.js";
import type { MessageAnswer } from "../vendor/behaviour.js";
import { deliveriesOf } from "../vendor/deliveries.js";
import type { FakeVendor } from "../vendor/fake-vendor.js";
import { triesOf, waitsBetween } from "../vendor/tries.js";
import type { Verdict } from "../verdict.js";
import { draftTo, ledgerRows, loadPeople, person } from "../world/audience.js";
import type { Pairing } from "../world/pairings.js";
import { patiently } from "../world/patiently.js";
import type { World } from "../world/world.js";

const WORKERS = 2;
/** The delay after the first attempt is between half and all of this; it doubles with each. */
const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 900_000;
/** Where throttling counts as a failure, one worker's breaker opens at once, and the other's never: it counts attempts. */
const [STRICT, LENIENT] = ["1", "1000"];
const LOOK_EVERY_MS = 200;
/** What the waiting are told, in the vendor's words, by HTTP or by SMTP. */
const REASONS = { greylisted: /not now/, throttled: /too many messages|answered 429/ };
/** Until the rate has been lowered; from then on, a few for each time that it rises again. */
const MOST_THROTTLED = 20;
const SLACK_MS = 15_000;
const GREYLIST_MS: Readonly<Record<Pairing, number>> = { sqlite: 300_000, redis: 120_000, rabbitmq: 120_000 };
/** Delays don't scale, nor does the way in which a lowered rate rises: a small run has fewer people, and three tries in its greylisting. */
const SMALL_GREYLIST_MS = 100_000;
const SHORTEST_GREYLIST_MS = 2_000;

interface Stage {
  readonly vendor: FakeVendor;
  readonly campaignId: string;
  readonly people: number;
  readonly greylistMs: number;
  readonly perSecond: number;
}

/** What the stats said. */
interface Look {
  readonly answeredAt: number;
  readonly waiting: CampaignStats["waiting"];
  /** People who are neither done nor waiting. */
  readonly others: number;
}

interface Looks {
  readonly looks: readonly Look[];
  /** The last row of each person, each time that a greylisted message waited. */
  readonly waits: readonly StoredCommunication[];
}

/** A vendor puts everybody off for minutes, and then takes one message a second. */
export const deferral: Experiment = {
  name: "deferral",
  mustBe:
    "a vendor greylists and then throttles: everyone is sent to once, nobody fails, and the stats say who waits, why, until when",
  run: async (world, verdict) => {
    const { engine, scale, pairing } = world;
    const vendor = await world.vendor();
    const workers = world.crew("worker", WORKERS, (name) => ({
      SENDER_URL: pairing === "rabbitmq" ? vendor.mailUrl : vendor.urlFor(name),
      BREAKER_FAILURES: name.endsWith("1") ? STRICT : LENIENT,
    }));
    await workers.ready();
    const people = scale.count(200, 12);
    const full = scale.factor >= 1;
    const greylistMs = full ? GREYLIST_MS[pairing] : scale.waitMs(SMALL_GREYLIST_MS, SHORTEST_GREYLIST_MS);
    const perSecond = full ? 1 : 2;
    await loadPeople(world, people);
    await vendor.behave({ greylistMs, throttlePerSecond: perSecond });
    const stage = { vendor, campaignId: await draftTo(world, "News"), people, greylistMs, perSecond };
    await engine.campaigns.launch(stage.campaignId);

    const { looks, waits } = await lookUntilCompleted(world, stage, verdict);
    judgeTries(stage, verdict);
    judgeLooks(stage, looks, verdict);
    judgeDelays(waits, verdict);
    await judgeRows(world, stage, verdict);
  },
};

/** How often a message can be greylisted: each delay is at least half of one that doubles. */
function mostGreylisted({ greylistMs }: Stage): number {
  return Math.ceil(Math.log2((2 * greylistMs) / FIRST_DELAY_MS + 1));
}

/** A vendor that is heeded throttles a few calls, and then now and then. */
function mostCalls(stage: Stage): number {
  return stage.people * (mostGreylisted(stage) + 2);
}

/** Looks at the stats until the campaign is over, or goes on as it must not. */
async function lookUntilCompleted(world: World, stage: Stage, verdict: Verdict): Promise<Looks> {
  const { engine, say } = world;
  const { vendor, campaignId, people, greylistMs, perSecond } = stage;
  const looks: Look[] = [];
  const waits = new Map<string, StoredCommunication>();
  const timeoutMs = 6 * greylistMs + (4_000 * people) / perSecond + SLACK_MS;
  let saidAt = Date.now();
  for (const end = Date.now() + timeoutMs; ; await sleep(LOOK_EVERY_MS)) {
    const askedAt = Date.now();
    const { pending, claimed, waiting, sent, failed } = await patiently(() => engine.campaigns.stats(campaignId));
    looks.push({ answeredAt: Date.now(), waiting, others: pending + claimed - waiting.count });
    for (const row of await ledgerRows(world, campaignId)) {
      if (row.status === "pending" && REASONS.greylisted.test(row.reason ?? "")) waits.set(`${row.id} ${row.updatedAt}`, row);
    }
    const { status } = await patiently(() => engine.campaigns.get(campaignId));
    const { calls } = await vendor.state();
    if (askedAt - saidAt >= 30_000) {
      say(`${sent} of ${people} sent, ${waiting.count} waiting, ${calls} calls`);
      saidAt = askedAt;
    }
    if (status === "completed") return { looks, waits: [...waits.values()] };
    if (status === "paused" || failed > 0 || calls > mostCalls(stage) || Date.now() > end) {
      verdict.miss(`the campaign is ${status} after ${calls} calls: ${sent} of ${people} are sent, ${failed} failed`);
      return { looks, waits: [...waits.values()] };
    }
  }
}

function judgeTries(stage: Stage, verdict: Verdict): void {
  const { vendor, campaignId, people } = stage;
  const calls = vendor.journal();
  const { reached, keys, repeats, secondKeys } = deliveriesOf(calls, campaignId);
  verdict.equal("reached", reached.size, people);
  verdict.equal("vendorKeys", keys, people);
  verdict.equal("repeats", repeats, 0);
  verdict.equal("secondKeys", secondKeys.length, 0);

  const tries = [...triesOf(calls).values()];
  const most = (answer: MessageAnswer) =>
    tries.reduce((number, of) => Math.max(number, of.filter((one) => one.answer === answer).length), 0);
  const throttled = calls.filter(({ messages }) => messages.some(([, , , , answer]) => answer === "throttled"));
  verdict.figure("calls", calls.length);
  verdict.equal("neverGreylisted", people - tries.filter(([first]) => first?.answer === "retry").length, 0);
  verdict.atMost("mostTimesGreylisted", most("retry"), mostGreylisted(stage));
  verdict.atLeast("callsThrottled", throttled.length, 1);
  verdict.atMost("callsThrottled", throttled.length, MOST_THROTTLED + people / 2);

  const waits = tries.flatMap(waitsBetween);
  verdict.equal("triedTooSoon", waits.filter(({ ms, attempts }) => ms < delayAfter(attempts) / 2).length, 0);
}

/** The longest. */
function delayAfter(attempts: number): number {
  return Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** (attempts - 1));
}

/** Anything between half and all of a delay, so that what was put off together does not come together. */
function judgeDelays(waits: readonly StoredCommunication[], verdict: Verdict): void {
  const shares = waits
    .filter(({ updatedAt, dueAt }) => dueAt > updatedAt)
    .map(({ updatedAt, dueAt, attempts }) => Math.round((100 * (dueAt - updatedAt)) / delayAfter(attempts)));
  verdict.atLeast("delaysSeen", shares.length, 1);
  verdict.atMost("shortestDelayPercent", Math.min(...shares), 90);
  verdict.atMost("longestDelayPercent", Math.max(...shares), 100);
}

function judgeLooks({ vendor }: Stage, looks: readonly Look[], verdict: Verdict): void {
  const waiting = looks.map((look) => look.waiting);
  const reasons = [...new Set(waiting.flatMap((one) => Object.keys(one.reasons)))];
  const known = Object.values(REASONS);
  const sumOf = (one: Look["waiting"]) => Object.values(one.reasons).reduce((sum, count) => sum + count, 0);
  verdict.figure("reasons", reasons.join("; "));
  verdict.equal("reasonsUnknown", reasons.filter((reason) => !known.some((pattern) => pattern.test(reason))).length, 0);
  for (const [name, pattern] of Object.entries(REASONS)) {
    if (!reasons.some((reason) => pattern.test(reason))) verdict.miss(`the stats never said that anybody is ${name}`);
  }
  verdict.equal("waitingWithoutTime", waiting.filter((one) => one.count > 0 && one.nextAt === undefined).length, 0);
  verdict.equal("waitingOtherThanByReason", waiting.filter((one) => one.count !== sumOf(one)).length, 0);

  // Until the first of them is due, only others come to the vendor.
  const tries = [...triesOf(vendor.journal())].flatMap(([to, of]) => of.map(({ at }) => ({ to, at })));
  const ahead = looks.filter(({ answeredAt, waiting: { nextAt = "" } }) => Date.parse(nextAt) > answeredAt);
  const belied = ahead.filter(({ answeredAt, others, waiting: { nextAt = "" } }) => {
    const meanwhile = tries.filter(({ at }) => at > answeredAt && at < Date.parse(nextAt));
    return new Set(meanwhile.map(({ to }) => to)).size > others;
  });
  verdict.atLeast("looksAhead", ahead.length, 1);
  verdict.equal("triedBeforeTheTimeThatWasSaid", belied.length, 0);
}

/** What throttled is no attempt, whatever the vendor says; and nothing has paused the campaign. */
async function judgeRows(world: World, { vendor, campaignId, people }: Stage, verdict: Verdict): Promise<void> {
  const { engine } = world;
  const rows = await ledgerRows(world, campaignId);
  const { status, history } = await patiently(() => engine.campaigns.get(campaignId));
  const tries = triesOf(vendor.journal());
  const counted = new Map(
    Array.from({ length: people }, (_, n) => {
      const { id, email } = person(n);
      return [id, tries.get(email)?.filter(({ answer }) => answer !== "throttled").length];
    }),
  );
  verdict.figure("status", status);
  verdict.equal("pauses", history.filter(({ to }) => to === "paused").length, 0);
  verdict.equal("sentRows", rows.filter((row) => row.status === "sent").length, people);
  verdict.equal("failedRows", rows.filter((row) => row.status === "failed").length, 0);
  verdict.equal("attemptsWrong", rows.filter((row) => row.attempts !== counted.get(row.customerId)).length, 0);
}
