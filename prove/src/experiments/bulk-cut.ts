import { setTimeout as sleep } from "node:timers/promises";
import type { Rule } from "@crm-engine/core";
import type { Experiment } from "../experiment.js";
import type { Cut } from "../lines/cut-line.js";
import { type CutLines, openCutLines } from "../lines/cut-lines.js";
import { type CutSchedule, createCutSchedule } from "../lines/cut-schedule.js";
import { type CutTally, createCutTally } from "../lines/cut-tally.js";
import { type Ingested, ingestLoad } from "../uploads/ingest-load.js";
import { judgeIngested, untilApplied, untilQueuesEmpty } from "../uploads/judge-ingested.js";
import type { FakeVendor } from "../vendor/fake-vendor.js";
import type { Verdict } from "../verdict.js";
import { loadPeople, person } from "../world/audience.js";
import type { Crew } from "../world/crew.js";
import { insist, type Url } from "../world/http.js";
import { allPages } from "../world/pages.js";
import { judgeSent, untilSent } from "../world/sending.js";
import { until } from "../world/until.js";
import type { World } from "../world/world.js";

const CLIENTS = 4;
const BATCH = 20;
/** Calls are under way while lines are cut. */
const VENDOR_DELAY_MS = 20;
/** What was in hand when its line was cut is soon taken up again. */
const LEASE_MS = 4_000;
const STALLED_MS = 20_000;
const UPLOADS_END_MS = 120_000;
/** More than there are: the bucket is written, and nobody waits for it. */
const THROTTLE = 100_000;
/** One person in so many has the address of the one before. */
const SHARED_EVERY = 20;
const READERS: Rule = { field: "tags", op: "includesAny", value: ["reader"] };

/** Every write of the load, by how soon the load gets there. */
const SOON = [
  ...["insert", "update"].flatMap((write) => ["customers", "orders", "batches"].map((of) => `${write} ${of}`)),
  "insert parts",
  "aggregate customers",
  "insert addresses",
  "update communications",
  "publish",
  "acknowledgement",
];
const LATE = [
  ...["insert", "update", "delete"].flatMap((write) => ["segments", "campaigns"].map((of) => `${write} ${of}`)),
  ...["insert", "findAndModify"].flatMap((write) => ["leases", "rates", "outcomes", "idempotency"].map((of) => `${write} ${of}`)),
];

/** Two processes, each API and worker in one, each with lines of its own; the driver of one repeats writes, the other's does not. */
export const bulkCut: Experiment = {
  name: "bulk-cut",
  mustBe: "whatever write a line is cut at, each 202 is applied once, each address gets one message, and all that was begun ends",
  notApplicable: { sqlite: "there is no line to cut" },
  run: async (world, verdict) => {
    const people = world.scale.count(2_000, 100);
    const vendor = await world.vendor();
    const tally = createCutTally();
    const schedule = createCutSchedule(world.random, tally);
    const lines = await Promise.all(
      [true, false].map((retryWrites) => openCutLines(world, { cutOf: schedule.forLine, retryWrites })),
    );
    try {
      const crew = world.crew("start", lines.length, (name) => envOf(name, lines, vendor));
      await crew.ready();
      await vendor.behave({ delayMs: VENDOR_DELAY_MS, receiptsTo: (await crew.pick(world.random)).url() });
      await loadPeople(world, people, reader);
      const { ingested, campaigns } = await load(world, { crew, schedule, tally, people });
      await untilSent(world, vendor, campaigns, STALLED_MS);
      await untilApplied(world, ingested);
      await untilUploadsEnd(world);
      await untilQueuesEmpty(world, STALLED_MS);
      // What is in hand, from posts without an answer too, is finished.
      await Promise.all(crew.members().map((member) => member.drain()));
      judgeCuts(world, tally, verdict);
      await judgeIngested(world, ingested, verdict);
      const addresses = new Set(Array.from({ length: people }, (_, n) => reader(n).email)).size;
      await judgeSent(world, vendor, { campaigns, people, addresses }, verdict);
    } finally {
      for (const line of lines) line.close();
    }
  },
};

/** The crew's members are numbered from 1. */
function envOf(name: string, lines: readonly CutLines[], vendor: FakeVendor): Readonly<Record<string, string>> {
  const { storeUrl = "", queueUrl = "" } = lines[Number(name.split("-")[1]) - 1] ?? {};
  return {
    STORE_URL: storeUrl,
    QUEUE_URL: queueUrl,
    SENDER_URL: vendor.urlFor(name),
    BATCH_SIZE: String(BATCH),
    LEASE_MS: String(LEASE_MS),
  };
}

function reader(n: number) {
  const sharing = n % SHARED_EVERY === SHARED_EVERY - 1;
  return { ...person(n), tags: ["reader"], ...(sharing ? { email: person(n - 1).email } : {}) };
}

interface Stage {
  readonly crew: Crew;
  readonly schedule: CutSchedule;
  readonly tally: CutTally;
  readonly people: number;
}

/** Uploads and campaigns while lines are cut, until every write was cut in time, or will not be. */
async function load(
  world: World,
  { crew, schedule, tally, people }: Stage,
): Promise<{ readonly ingested: Ingested; readonly campaigns: readonly string[] }> {
  const { scale, random, say } = world;
  const over = new AbortController();
  const url = async () => (await crew.pick(random)).url();
  schedule.start();
  const loading = Promise.all([
    ingestLoad({ clients: CLIENTS, url, people, random, signal: over.signal }),
    keepSending(world, url, over.signal),
    keepEditing(url, over.signal),
  ]);
  loading.catch(() => over.abort());
  const [atLeast, atMost] = [scale.waitMs(120_000, 2_000), scale.waitMs(240_000, 120_000)];
  for (const begunAt = Date.now(); !over.signal.aborted && Date.now() - begunAt < atMost; await sleep(100)) {
    if (Date.now() - begunAt > atLeast && uncut(world, tally).length === 0) break;
  }
  over.abort();
  schedule.stop();
  const [ingested, campaigns] = await loading;
  say(`${ingested.batchIds.length} posts and ${campaigns.length} campaigns to be accounted for`);
  return { ingested, campaigns };
}

const MESSAGE = { channel: "email", subject: "News", body: "Hello {{ customer.name }}" } as const;

/** There is always a campaign being sent; returns their ids. */
async function keepSending({ engine }: World, url: Url, signal: AbortSignal): Promise<readonly string[]> {
  const campaigns: string[] = [];
  while (!signal.aborted) {
    const name = `News ${campaigns.length + 1}`;
    const segmentId = await make(url, "segments", { name, rule: READERS });
    const campaign = await make(url, "campaigns", { name, segmentId, message: MESSAGE, throttlePerSecond: THROTTLE });
    await insist(url, ["POST", `/api/campaigns/${campaign}/launch`], { already: [409] });
    campaigns.push(campaign);
    while (!signal.aborted && (await engine.campaigns.get(campaign)).status !== "completed") await sleep(50);
  }
  return campaigns;
}

/** Drafts and their segments are made, changed and deleted. */
async function keepEditing(url: Url, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const segmentId = await make(url, "segments", { name: "Some", rule: READERS });
    await insist(url, ["PUT", `/api/segments/${segmentId}`], { body: { name: "Others", rule: READERS } });
    const campaign = await make(url, "campaigns", { name: "Draft", segmentId, message: MESSAGE });
    await insist(url, ["PATCH", `/api/campaigns/${campaign}`], { body: { name: "Another" } });
    await insist(url, ["DELETE", `/api/campaigns/${campaign}`], { already: [404] });
    // A draft that nobody was told of may still use it.
    await insist(url, ["DELETE", `/api/segments/${segmentId}`], { already: [404, 409] });
  }
}

/** May make another one that nobody asks for again, where the answer was lost. */
async function make(url: Url, what: "segments" | "campaigns", body: object): Promise<string> {
  const made = (await insist(url, ["POST", `/api/${what}`], { body })) as { readonly id: string };
  return made.id;
}

/** At full scale every write must have been cut, and in both ways. */
function uncut({ scale }: World, tally: CutTally): readonly string[] {
  const wasCut = (call: string, when: Cut["when"]) => tally.of(call, when) > 0;
  if (scale.factor < 1) return SOON.filter((call) => !wasCut(call, "before") && !wasCut(call, "after"));
  return [...SOON, ...LATE].filter((call) => !wasCut(call, "before") || !wasCut(call, "after"));
}

function judgeCuts(world: World, tally: CutTally, verdict: Verdict): void {
  tally.figures(verdict);
  for (const call of uncut(world, tally)) verdict.miss(`${call} was not cut in every way`);
}

/** At full scale there is time for those too of which no client got an answer: they are sealed after a minute. */
async function untilUploadsEnd({ engine, scale }: World): Promise<void> {
  const haveEnded = async () => {
    const batches = await allPages((page) => engine.batches.list({}, page));
    return batches.every(({ status }) => status === "completed");
  };
  if (scale.factor >= 1) await until("every upload has ended", haveEnded, { timeoutMs: UPLOADS_END_MS, everyMs: 1_000 });
}
