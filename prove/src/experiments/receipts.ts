import { isDeepStrictEqual } from "node:util";
import type { CampaignStats, Engine } from "@crm-engine/core";
import { type DeliveryFact, foldFact, messageId, type Receipt, type StoredCommunication } from "@crm-engine/core/ports";
import { RECEIPT_STATUSES } from "@crm-engine/core/schemas";
import type { Experiment } from "../experiment.js";
import type { Random } from "../random.js";
import { untilNothingLeft } from "../uploads/judge-ingested.js";
import type { Verdict } from "../verdict.js";
import { draftTo, everyone, ledgerRows, loadPeople } from "../world/audience.js";
import { postJson } from "../world/http.js";
import type { World } from "../world/world.js";

/** Rows of one run, each with its whole history. */
const ROWS_OF_A_RUN = 2;
const MOST_RECEIPTS = 5;
const MOST_REPEATS = 5;
/** Runs whose receipts are mixed. */
const MIXED_RUNS = 250;
const MOST_IN_A_BATCH = 400;
const CALLERS = 4;
const REASONS = ["mailbox full", "no such mailbox", "blocked"];
const FIRST_AT = Date.parse("2026-01-01T00:00:00Z");
/** Few different times, so that many are the same. */
const MOMENTS = 20;
const MOMENT_MS = 15_000;

/** A row as it was before any receipt, and all that will be said of it. */
interface Case {
  readonly before: StoredCommunication;
  readonly receipts: readonly Receipt[];
}

/** Receipts in any order, any number of times, in any split into batches. */
export const receipts: Experiment = {
  name: "receipts",
  mustBe: "every row ends as core's fold of its receipts in plain order, and the counts are a recount",
  run: async (world, verdict) => {
    const { engine, scale, random, say } = world;
    const runs = scale.count(10_000, 250);
    const overHttp = scale.count(500, 25);
    const worker = world.start("worker", "worker");
    await worker.ready;
    await loadPeople(world, runs * ROWS_OF_A_RUN);
    await worker.drain();
    const campaignId = await audience(world);
    const cases = (await ledgerRows(world, campaignId)).map((before): Case => ({ before, receipts: historyOf(before, random) }));
    const sent = { receipts: 0, batches: 0 };
    const direct = cases.slice(overHttp * ROWS_OF_A_RUN);
    const broken = await world.open();
    for (let start = 0; start < direct.length; start += MIXED_RUNS * ROWS_OF_A_RUN) {
      const batches = mixed(direct.slice(start, start + MIXED_RUNS * ROWS_OF_A_RUN), random);
      await concurrently(batches, (batch) => applyDirectly(broken.engine, batch));
      sent.batches += batches.length;
      sent.receipts += batches.reduce((sum, batch) => sum + batch.length, 0);
      if ((start / ROWS_OF_A_RUN) % 2_500 === 0)
        say(`${(start / ROWS_OF_A_RUN).toLocaleString("en")} of ${runs.toLocaleString("en")} runs`);
    }
    sent.receipts += await throughTheApi(world, campaignId, cases.slice(0, overHttp * ROWS_OF_A_RUN));

    verdict.figure("runs", runs);
    verdict.figure("runsOverHttp", overHttp);
    verdict.figure("receipts", sent.receipts);
    verdict.figure("batches", sent.batches);
    say("judging");
    const rows = await ledgerRows(world, campaignId);
    judgeRows(rows, cases, verdict);
    judgeStats(await engine.campaigns.stats(campaignId), rows, verdict);
    await judgeConsent(world, cases, verdict);
  },
};

/** A planned campaign that nobody sends; its rows are as different as rows can be when a receipt comes. */
async function audience(world: World): Promise<string> {
  const { engine, random } = world;
  const { communications, claims } = world.store;
  const campaignId = await draftTo(world, "Receipts");
  await engine.campaigns.launch(campaignId);
  const { signal } = new AbortController();
  while ((await engine.campaigns.get(campaignId)).status === "planning") await engine.work.plan(signal);
  await engine.campaigns.pause(campaignId);
  const rows = await ledgerRows(world, campaignId);
  const vendorSays = rows.flatMap((row): readonly DeliveryFact[] => {
    const at = FIRST_AT + random.below(MOMENTS) * MOMENT_MS;
    const share = random.share();
    if (share < 0.3) return [];
    const answer = { logId: row.id, generation: 1, at, vendorMessageId: `vendor-${row.customerId}` };
    return [share < 0.4 ? { ...answer, status: "failed", reason: random.pick(REASONS) } : { ...answer, status: "sent" }];
  });
  for (let start = 0; start < vendorSays.length; start += 1_000)
    await communications.record(vendorSays.slice(start, start + 1_000));
  // Some of the failed ones are sent again: receipts of both generations will come.
  await communications.reopen({ campaignId, status: "failed", reopening: 1, limit: Math.ceil(rows.length / 20) });
  await communications.skipRows({ campaignId, status: "pending", reason: "by_operator", limit: Math.ceil(rows.length / 20) });
  await claims.claim({ campaignId, limit: Math.min(1_000, Math.ceil(rows.length / 20)), leaseMs: 600_000 });
  return campaignId;
}

/** What a vendor may say of one message, in the order of its happening; of one that was sent twice, of both. */
function historyOf(row: StoredCommunication, random: Random): readonly Receipt[] {
  return Array.from({ length: 1 + random.below(MOST_RECEIPTS) }, (): Receipt => {
    const generation = 1 + random.below(row.generation);
    const status = random.pick(RECEIPT_STATUSES);
    const occurredAt = FIRST_AT + random.below(MOMENTS) * MOMENT_MS;
    return {
      messageId: messageId({ id: row.id, generation }),
      status,
      occurredAt,
      acceptedAt: occurredAt,
      ...(status === "failed" || status === "bounced" ? { reason: random.pick(REASONS) } : {}),
    };
  });
}

/** Each receipt up to five times, all of them shuffled and split by chance. */
function mixed(cases: readonly Case[], random: Random): readonly (readonly Receipt[])[] {
  const repeated = cases.flatMap((one) =>
    one.receipts.flatMap((receipt) => Array.from({ length: 1 + random.below(MOST_REPEATS) }, () => receipt)),
  );
  const shuffled = random.shuffled(repeated);
  const batches: (readonly Receipt[])[] = [];
  for (let start = 0; start < shuffled.length; ) {
    const size = 1 + random.below(MOST_IN_A_BATCH);
    batches.push(shuffled.slice(start, start + size));
    start += size;
  }
  return batches;
}

async function concurrently<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const left = [...items];
  const caller = async () => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: CALLERS }, caller));
}

async function applyDirectly({ work }: Engine, batch: readonly Receipt[]): Promise<void> {
  const messages = batch.map((receipt, n) => ({ id: String(n), body: JSON.stringify(receipt) }));
  for (const { topic, apply } of work.topics) {
    if (topic !== "receipts") continue;
    const refused = (await apply(messages)).find((outcome) => outcome !== undefined);
    if (refused) throw refused;
  }
}

/** Posted to an API, and applied by a worker. Returns how many were posted. */
async function throughTheApi(world: World, campaignId: string, cases: readonly Case[]): Promise<number> {
  const api = world.start("serve", "api");
  const worker = world.start("worker", "worker");
  await Promise.all([api.ready, worker.ready]);
  const batches = mixed(cases, world.random);
  await concurrently(batches, async (batch) => {
    const texts = batch.map(({ acceptedAt, ...said }) => ({ ...said, occurredAt: new Date(said.occurredAt).toISOString() }));
    const { rejected } = await postJson<{ readonly rejected: readonly object[] }>(`${api.url()}/api/receipts`, {
      receipts: texts,
    });
    if (rejected.length > 0) throw new Error(`receipts were refused: ${JSON.stringify(rejected.slice(0, 3))}`);
  });
  await untilNothingLeft(world, async () => misfits(await ledgerRows(world, campaignId), cases).length);
  await worker.drain();
  return batches.reduce((sum, batch) => sum + batch.length, 0);
}

function judgeRows(rows: readonly StoredCommunication[], cases: readonly Case[], verdict: Verdict): void {
  const wrong = misfits(rows, cases);
  for (const { id, is, must } of wrong) verdict.miss(`${id} is ${JSON.stringify(is)}; it must be ${JSON.stringify(must)}`);
  verdict.equal("rowsWrong", wrong.length, 0);
}

/** Rows that are not what core makes of their receipts in plain order. */
function misfits(rows: readonly StoredCommunication[], cases: readonly Case[]) {
  const after = new Map(rows.map((row) => [row.id, row]));
  return cases.flatMap(({ before, receipts: history }) => {
    const row = after.get(before.id);
    const is = row && decided(row);
    const must = decided(history.map((receipt) => factIn(before, receipt)).reduce(foldFact, before));
    return isDeepStrictEqual(is, must) ? [] : [{ id: before.id, is, must }];
  });
}

function factIn(
  { id, generation }: StoredCommunication,
  { messageId: key, status, occurredAt: at, reason }: Receipt,
): DeliveryFact {
  const of =
    Array.from({ length: generation }, (_, index) => index + 1).find((one) => messageId({ id, generation: one }) === key) ?? 0;
  return { logId: id, generation: of, status, at, ...(reason === undefined ? {} : { reason }) };
}

/** What facts decide. */
function decided({ status, evidence, reason, generation, vendorMessageId }: StoredCommunication): object {
  const known = Object.entries(evidence).filter(([, at]) => at !== undefined);
  return {
    status,
    generation,
    reason: reason ?? null,
    vendorMessageId: vendorMessageId ?? null,
    evidence: Object.fromEntries(known.sort()),
  };
}

function judgeStats(stats: CampaignStats, rows: readonly StoredCommunication[], verdict: Verdict): void {
  const { timeline, failedBy, skippedBy, waiting, total, ...counts } = stats;
  let wrong = total === rows.length ? 0 : 1;
  for (const [name, count] of Object.entries(counts)) {
    const seen = (RECEIPT_STATUSES as readonly string[]).indexOf(name) >= RECEIPT_STATUSES.indexOf("opened");
    const recount = rows.filter(({ status, evidence }) => (seen ? name in evidence : status === name)).length;
    if (count === recount) continue;
    wrong += 1;
    verdict.miss(`the stats say ${count} ${name}, and there are ${recount}`);
  }
  const reasons = (status: string) => countBy(rows.filter((row) => row.status === status).map(({ reason }) => reason ?? status));
  if (!isDeepStrictEqual({ ...failedBy }, reasons("failed"))) wrong += 1;
  if (!isDeepStrictEqual({ ...skippedBy }, reasons("skipped"))) wrong += 1;
  const deferred = countBy(rows.flatMap(({ status, reason }) => (status === "pending" && reason !== undefined ? [reason] : [])));
  if (!isDeepStrictEqual({ ...waiting.reasons }, deferred)) wrong += 1;
  for (const status of ["sent", "delivered", "failed"] as const) {
    const inTimeline = timeline.reduce((sum, minute) => sum + minute[status], 0);
    if (inTimeline !== rows.filter(({ evidence }) => evidence[status] !== undefined).length) wrong += 1;
  }
  verdict.equal("countsOtherThanARecount", wrong, 0);
}

function countBy(names: readonly string[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

/** Those who complained or unsubscribed are written to no more, and nobody else. */
async function judgeConsent(world: World, cases: readonly Case[], verdict: Verdict): Promise<void> {
  const objectors = new Set(
    cases
      .filter(({ receipts: history }) => history.some(({ status }) => status === "complained" || status === "unsubscribed"))
      .map(({ before }) => before.customerId),
  );
  const people = await everyone(world);
  const wrong = people.filter(({ id, consent }) => (consent.email?.state === "withdrawn") !== objectors.has(id));
  verdict.figure("consentsWithdrawn", objectors.size);
  verdict.equal("consentsWrong", wrong.length, 0);
}
