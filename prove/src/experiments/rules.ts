import { setTimeout as sleep } from "node:timers/promises";
import { simulatedSender } from "@crm-engine/adapters/senders";
import { createEngine, type Engine, hasCode, type Rule } from "@crm-engine/core";
import { memoryStore } from "@crm-engine/core/memory";
import type { Store } from "@crm-engine/core/ports";
import {
  compareRules,
  differenceOf,
  differencesFrom,
  GENERATED_CONTEXT,
  generateRules,
  loadPopulation,
  selectedOf,
} from "@crm-engine/core/testing";
import type { Composed } from "../breaks/compose-broken.js";
import type { Experiment } from "../experiment.js";
import { allPages } from "../world/pages.js";
import type { World } from "../world/world.js";

/** Rules that are tried on one population. */
const RULES_OF_A_POPULATION = 500;
const FEWEST_CUSTOMERS = 60;
const MOST_CUSTOMERS = 100;
/** After so many differences more say nothing new. */
const MOST_DIFFERENCES = 10;
/** Of so many rules one is also found in small pages, planned, estimated, or saved and launched as a campaign. */
const EVERY = { inSmallPages: 8, planned: 4, estimated: 4, launched: 25 };
const SMALL_PAGE = 20;
/** However slow the server: an estimate must be exact here. */
const ESTIMATE_TIMEOUT_MS = 120_000;
/** A server that was away for a moment is asked again about the whole rule, so often. */
const ATTEMPTS = 3;
const PAUSE_MS = 2_000;
const MESSAGE = { channel: "email", subject: "News", body: "Hello" } as const;

/** Rules over the whole language, each on a population with orders and messages, by every way to ask who is in. */
export const rules: Experiment = {
  name: "rules",
  mustBe: "find, count, plan, estimate, members and explain agree with core on every generated rule and customer",
  notApplicable: { rabbitmq: "its store is that of redis" },
  run: async (world, verdict) => {
    const { scale, random, say } = world;
    const wanted = scale.count(20_000, 400);
    const ofAPopulation = Math.min(RULES_OF_A_POPULATION, Math.ceil(wanted / 2));
    const counts = newCounts();
    while (counts.rules < wanted && counts.differences < MOST_DIFFERENCES) {
      const seed = random.below(2 ** 31);
      const customers = FEWEST_CUSTOMERS + random.below(MOST_CUSTOMERS - FEWEST_CUSTOMERS + 1);
      const count = Math.min(ofAPopulation, wanted - counts.rules);
      counts.populations += 1;
      for (const difference of await tryPopulation(world, { seed, customers, count }, counts)) {
        counts.differences += 1;
        verdict.miss(`seed ${seed}, ${customers} customers: ${difference}`);
      }
      say(`${counts.rules.toLocaleString("en")} of ${wanted.toLocaleString("en")} rules, ${counts.differences} differences`);
    }
    const { divided, differences, ...figures } = counts;
    for (const [name, figure] of Object.entries(figures)) verdict.figure(name, figure);
    verdict.atLeast("divided", divided, Math.floor(counts.rules / 3));
    verdict.equal("differences", differences, 0);
  },
};

type Counts = ReturnType<typeof newCounts>;
function newCounts() {
  return {
    rules: 0,
    populations: 0,
    customers: 0,
    erased: 0,
    /** Of core, each of which the store agreed with, if there is no difference. */
    verdicts: 0,
    verdictsInMemory: 0,
    plans: 0,
    explained: 0,
    estimates: 0,
    campaigns: 0,
    askedAgain: 0,
    /** Rules that some of the population meet, and some don't. */
    divided: 0,
    differences: 0,
  };
}

interface Trial {
  readonly seed: number;
  readonly customers: number;
  readonly count: number;
}

/** In a namespace of its own, with the memory store beside it. Returns what differs. */
async function tryPopulation(world: World, { seed, customers, count }: Trial, counts: Counts): Promise<readonly string[]> {
  const opened = await world.open({ namespace: `${world.env.NAMESPACE}r${counts.populations}` });
  const { store } = opened;
  const beside = memoryStore();
  const engine = engineAtNoon(opened);
  await insertSegments(store);
  const { subjects, erased } = await loadPopulation(store, seed, customers);
  const { subjects: subjectsBeside } = await loadPopulation(beside, seed, customers);
  counts.customers += customers;
  counts.erased += erased.length;

  const compare: Compare = async (rule, index, attempt) => {
    const every = (share: number): boolean => index % share === 0;
    const ids = selectedOf(rule, subjects);
    const how = {
      ...(every(EVERY.inSmallPages) ? { pageSize: SMALL_PAGE } : {}),
      ...(every(EVERY.planned) ? { campaignId: `plan${index}-${attempt}` } : {}),
    };
    const inMemory = await differencesFrom(selectedOf(rule, subjectsBeside), beside, rule, how);
    // What a client sends is JSON.
    const sent: Rule = JSON.parse(JSON.stringify(rule));
    const customerId = subjects[index % subjects.length]?.id ?? "";
    const differences = [
      ...(await differencesFrom(ids, store, rule, how)),
      ...inMemory.map((difference) => `in memory, ${difference}`),
      ...(await explained(engine, sent, customerId, ids)),
      ...(every(EVERY.estimated) ? await estimated(engine, sent, ids) : []),
      ...(every(EVERY.launched) ? await launched(engine, sent, ids) : []),
    ];
    counts.rules += 1;
    counts.verdicts += subjects.length;
    counts.verdictsInMemory += subjectsBeside.length;
    counts.explained += 1;
    if (every(EVERY.planned)) counts.plans += 1;
    if (every(EVERY.estimated)) counts.estimates += 1;
    if (every(EVERY.launched)) counts.campaigns += 1;
    if (ids.length > 0 && ids.length < subjects.length) counts.divided += 1;
    return differences;
  };
  const told = await compareRules(
    generateRules(seed, count),
    (rule, index) => patiently(rule, index, compare, counts),
    MOST_DIFFERENCES,
  );
  await opened.engine.close();
  return told;
}

type Compare = (rule: Rule, index: number, attempt: number) => Promise<readonly string[]>;

/** A rule that a server was too busy to answer is no difference, if it answers later. */
async function patiently(rule: Rule, index: number, compare: Compare, counts: Counts): Promise<readonly string[]> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await compare(rule, index, attempt);
    } catch (error) {
      if (attempt === ATTEMPTS || !hasCode(error, "unavailable")) throw error;
      counts.askedAgain += 1;
      await sleep(PAUSE_MS);
    }
  }
}

/** On the same ports, at the moment that generated rules are meant for. */
function engineAtNoon({ store, queue }: Composed): Engine {
  const { now, timeZone, currency } = GENERATED_CONTEXT;
  return createEngine({
    store,
    queue,
    sender: simulatedSender({ report: async () => undefined }),
    currency,
    timeZone,
    clock: () => now,
    estimateTimeoutMs: ESTIMATE_TIMEOUT_MS,
  });
}

/** Those that generated rules refer to. */
async function insertSegments({ segments }: Store): Promise<void> {
  const { now } = GENERATED_CONTEXT;
  for (const [id, { rule, timeZone }] of Object.entries(GENERATED_CONTEXT.segments)) {
    await segments.insert({ id, name: id, rule, timeZone, version: 1, createdAt: now, updatedAt: now });
  }
}

async function explained(engine: Engine, rule: Rule, customerId: string, ids: readonly string[]): Promise<readonly string[]> {
  const { matches } = await engine.segments.explain({ rule, customerId });
  const words = await engine.segments.describe(rule);
  return [
    ...(matches === ids.includes(customerId) ? [] : [`explain says ${matches} of ${customerId}`]),
    ...(words === "" ? ["there are no words for it"] : []),
  ];
}

async function estimated(engine: Engine, rule: Rule, ids: readonly string[]): Promise<readonly string[]> {
  const { count, exact, sample } = await engine.segments.estimate({ rule });
  const strangers = sample.filter(({ id }) => !ids.includes(id));
  return [
    ...(exact && count === ids.length ? [] : [`the ${exact ? "" : "inexact "}estimate is ${count}, not ${ids.length}`]),
    ...(strangers.length === 0 && sample.length === Math.min(5, ids.length)
      ? []
      : [`the estimate's examples are ${JSON.stringify(sample.map(({ id }) => id))}`]),
  ];
}

/** Saved as a segment, and planned for a campaign as a worker does it; nobody sends. */
async function launched({ segments, campaigns, work }: Engine, rule: Rule, ids: readonly string[]): Promise<readonly string[]> {
  const { id: segmentId } = await segments.create({ name: "Generated", rule });
  const members = await allPages((page) => segments.members(segmentId, { ...page, limit: SMALL_PAGE }));
  const { id: campaignId } = await campaigns.create({ name: "Generated", segmentId, message: MESSAGE });
  await campaigns.launch(campaignId);
  const { signal } = new AbortController();
  while ((await campaigns.get(campaignId)).status === "planning") await work.plan(signal);
  const { status } = await campaigns.get(campaignId);
  const rows = await allPages((page) => campaigns.log({ campaignId }, page));
  const { total } = await campaigns.stats(campaignId);
  return [
    ...differenceOf(
      "the list of members",
      members.map(({ id }) => id),
      ids,
    ),
    ...differenceOf(
      "the campaign's log",
      rows.map(({ customerId }) => customerId),
      ids,
    ),
    ...(status === "running" && total === ids.length ? [] : [`the campaign is ${status}, and its report says ${total}`]),
  ];
}
