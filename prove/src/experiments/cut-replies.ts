import { setTimeout as sleep } from "node:timers/promises";
import { type BatchKind, type Engine, hasCode } from "@crm-engine/core";
import { createWorker, type Worker } from "@crm-engine/worker";
import type { Experiment } from "../experiment.js";
import type { CutOf } from "../lines/cut-line.js";
import { openCutLines } from "../lines/cut-lines.js";
import { type CutTally, createCutTally } from "../lines/cut-tally.js";
import type { Random } from "../random.js";
import { untilNothingLeft } from "../uploads/judge-ingested.js";
import { deliveriesOf } from "../vendor/deliveries.js";
import type { FakeVendor } from "../vendor/fake-vendor.js";
import type { Verdict } from "../verdict.js";
import { draftTo, everyone, ledgerRows, person, personId } from "../world/audience.js";
import { allPages } from "../world/pages.js";
import { type Timing, timePorts } from "../world/timed-ports.js";
import { whileProgressing } from "../world/until.js";
import type { World } from "../world/world.js";

const CLIENTS = 4;
const ROWS = 20;
const ORDERS_EACH = 3;
const LEASE_MS = 3_000;
const SETTLED_MS = 5_000;
const STALLED_MS = 12_000;
const PAUSE_MS = 50;
/** The first reply of each kind of call is lost; later ones with this chance, but not all at the same time. */
const CUT_SHARE = 0.1;
const CUT_EVERY_MS = 150;
/** What must have lost replies, or nothing was proven. */
const MUST_BE_CUT = [
  "publish",
  "acknowledgement",
  "insert orders",
  "insert customers",
  "update customers",
  "insert batches",
  "aggregate customers",
  "update communications",
];

interface Stage {
  /** By way of the lines that are cut, as the worker is: the one for those who upload, report and launch. */
  readonly front: Engine;
  readonly timing: Timing;
  readonly vendor: FakeVendor;
}

/** Everything between our processes and the servers passes a proxy that loses replies; the calls were carried out all the same. */
export const cutReplies: Experiment = {
  name: "cut-replies",
  mustBe: "every call settles within 5 s, no row is there twice, no order counts twice",
  notApplicable: { sqlite: "there is no line to cut" },
  run: async (world, verdict) => {
    const people = world.scale.count(5_000, 100);
    const vendor = await world.vendor();
    const tally = createCutTally();
    const loss = lossOf(world.random, tally);
    const lines = await openCutLines(world, { cutOf: () => loss });
    const timing = timePorts();
    const { storeUrl, queueUrl } = lines;
    const options = { storeUrl, queueUrl, senderUrl: vendor.urlFor("worker"), leaseMs: LEASE_MS, ports: timing.ports };
    const stage: Stage = { front: (await world.open(options)).engine, timing, vendor };
    const worker = createWorker((await world.open(options)).engine);
    try {
      await run(world, stage, worker, people);
    } catch (error) {
      verdict.miss(error instanceof Error ? error.message : String(error));
    } finally {
      await Promise.race([worker.close(), sleep(SETTLED_MS)]);
      lines.close();
    }
    const slowest = timing.slowest();
    verdict.figure("calls", timing.settled());
    verdict.figure("slowestCall", slowest.call);
    verdict.atMost("slowestCallMs", slowest.ms, SETTLED_MS);
    tally.figures(verdict);
    for (const call of MUST_BE_CUT) if (tally.of(call, "after") === 0) verdict.miss(`no reply of ${call} was cut`);
    await judge(world, stage, people, verdict);
  },
};

function lossOf(random: Random, tally: CutTally): CutOf {
  let lastAt = 0;
  return (call) => {
    const again = random.share() < CUT_SHARE && Date.now() - lastAt > CUT_EVERY_MS;
    if (tally.of(call, "after") > 0 && !again) return undefined;
    const cut = { when: "after" } as const;
    tally.count(call, cut);
    lastAt = Date.now();
    return cut;
  };
}

/** Uploads, then a campaign, then its receipts: each until it is acknowledged, as clients do that never give up. */
async function run(world: World, stage: Stage, worker: Worker, people: number): Promise<void> {
  const { front } = stage;
  await persist(() => worker.start());
  const customers = Array.from({ length: people }, (_, n) => person(n));
  const orders = Array.from({ length: people * ORDERS_EACH }, (_, n) => orderOf(n, people));
  await moving(
    stage,
    "everything is uploaded",
    uploadAll(front, world.random.shuffled([...groups("customers", customers), ...groups("orders", orders)])),
  );
  await untilNothingLeft(world, () => notStored(world, people));
  world.say("uploaded");
  const campaignId = await campaignOf(world);
  await moving(stage, "the campaign is completed", untilCompleted(world, campaignId));
  world.say("sent");
  const receipts = customers.map(({ id }) => ({ messageId: `${campaignId}:${id}`, status: "delivered" as const }));
  for (let start = 0; start < receipts.length; start += ROWS) {
    await moving(
      stage,
      "receipts are accepted",
      persist(() => front.receipts.accept(receipts.slice(start, start + ROWS))),
    );
  }
  const { stats } = world.engine.campaigns;
  await untilNothingLeft(world, async () => people - (await stats(campaignId)).delivered);
}

async function notStored(world: World, people: number): Promise<number> {
  const orders = await allPages((page) => world.engine.orders.list({}, page));
  return Math.max(0, people - (await everyone(world)).length) + Math.max(0, people * ORDERS_EACH - orders.length);
}

function orderOf(n: number, people: number) {
  return { id: `order-${n}`, customerId: personId(n % people), amount: "1.00", placedAt: "2026-01-01T00:00:00Z" };
}

type Upload = readonly [kind: BatchKind, rows: readonly object[]];

function groups(kind: Upload[0], rows: readonly object[]): readonly Upload[] {
  return Array.from(
    { length: Math.ceil(rows.length / ROWS) },
    (_, index): Upload => [kind, rows.slice(index * ROWS, (index + 1) * ROWS)],
  );
}

async function uploadAll(engine: Engine, uploads: readonly Upload[]): Promise<void> {
  const left = [...uploads];
  const client = async () => {
    for (let upload = left.shift(); upload; upload = left.shift()) {
      const [kind, rows] = upload;
      await persist(() => engine.untrusted.ingest[kind](rows));
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
}

/** Again and again, while something is away. */
async function persist<T>(work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!hasCode(error, "unavailable")) throw error;
      await sleep(PAUSE_MS);
    }
  }
}

/** The work's end; throws when calls have stopped settling before. */
async function moving(stage: Stage, what: string, work: Promise<unknown>): Promise<void> {
  let over = false;
  const done = work.finally(() => {
    over = true;
  });
  const watched = whileProgressing(
    what,
    async () => ({ done: over || stage.timing.slowest().ms > STALLED_MS, progress: stage.timing.settled() }),
    {
      stalledMs: STALLED_MS,
    },
  );
  await Promise.race([done, watched]);
  if (!over) throw new Error(`a call has not settled while waiting until ${what}`);
  await done;
}

async function campaignOf(world: World): Promise<string> {
  const id = await draftTo(world, "News");
  await world.engine.campaigns.launch(id);
  return id;
}

async function untilCompleted({ engine }: World, campaignId: string): Promise<void> {
  while ((await engine.campaigns.get(campaignId)).status !== "completed") await sleep(PAUSE_MS);
}

async function judge(world: World, { vendor }: Stage, people: number, verdict: Verdict): Promise<void> {
  const { engine } = world;
  const stored = await everyone(world);
  const orders = await allPages((page) => engine.orders.list({}, page));
  const wrongTotals = stored.filter(({ orderCount, totalSpend }) => orderCount !== ORDERS_EACH || totalSpend !== ORDERS_EACH);
  verdict.equal("customers", stored.length, people);
  verdict.equal("orders", orders.length, people * ORDERS_EACH);
  verdict.equal("wrongTotals", wrongTotals.length, 0);
  const [campaign] = (await engine.campaigns.list({ limit: 1 })).items;
  if (!campaign) return verdict.miss("there was no campaign");
  const rows = await ledgerRows(world, campaign.id);
  const { keys, secondKeys, repeats } = deliveriesOf(vendor.journal(), campaign.id);
  verdict.equal("logRows", rows.length, people);
  verdict.equal("deliveredRows", rows.filter(({ status }) => status === "delivered").length, people);
  verdict.equal("vendorKeys", keys, people);
  verdict.equal("secondKeys", secondKeys.length, 0);
  verdict.figure("repeatsUnderTheSameKey", repeats);
  verdict.equal("deadLetters", (await engine.queues.deadLetters({}, { limit: 100 })).items.length, 0);
}
