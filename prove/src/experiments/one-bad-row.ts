import { MAX_ORDERS_TOTAL } from "@crm-engine/core/ports";
import type { Experiment } from "../experiment.js";
import { messagesLeft, untilNothingLeft } from "../uploads/judge-ingested.js";
import { type MixedUpload, mixedUploads, STANDING } from "../uploads/mixed-upload.js";
import type { Verdict } from "../verdict.js";
import { everyone } from "../world/audience.js";
import { killNowAndThen } from "../world/kill-now-and-then.js";
import { allPages } from "../world/pages.js";
import type { World } from "../world/world.js";

const WORKERS = 2;
const LEASE_MS = 2_000;
const STALLED_MS = 5_000;
const ROWS_EACH = 280;
/** One of each form. */
const FORMS = 7;
const PATIENCE_MS = 60_000;

/** What an upload was accepted as. */
interface Posted extends MixedUpload {
  readonly batchId: string;
}

/** Rows that are wrong in every way that there is, among good ones, in every form, with a worker killed now and then. */
export const oneBadRow: Experiment = {
  name: "one-bad-row",
  mustBe: "each bad row is rejected by its number, each other one is stored, each batch completes, and no message dies",
  run: async (world, verdict) => {
    const { scale, random, engine } = world;
    const uploads = mixedUploads(Math.max(FORMS, Math.round(scale.count(100_000, 2_000) / ROWS_EACH)), ROWS_EACH, random);
    const rows = uploads.reduce((sum, upload) => sum + upload.rows, 0);
    await prepare(world);
    const server = world.start("serve", "server");
    const workers = world.crew("worker", WORKERS, () => ({ LEASE_MS: String(LEASE_MS) }));
    await Promise.all([server.ready, workers.ready()]);

    const kills = scale.count(20, 2);
    const applied = async () => (await batches(world)).reduce((sum, { accepted, rejected }) => sum + accepted + rejected, 0);
    const killing = killNowAndThen(world, workers, { kills, rows, applied, stalledMs: STALLED_MS });
    const posted: Posted[] = [];
    for (const upload of uploads) posted.push({ ...upload, batchId: await post(server.url(), upload) });
    await killing;
    await workers.ready();
    await untilNothingLeft(world, async () => {
      const completed = (await batches(world)).filter(({ status }) => status === "completed");
      return uploads.length - completed.length;
    });
    verdict.figure("kills", kills);
    verdict.figure("uploads", uploads.length);
    verdict.figure("rows", rows);
    verdict.figure(
      "badRows",
      uploads.reduce((sum, { badRows }) => sum + badRows.length, 0),
    );
    await judge(world, posted, verdict);
    verdict.equal("messagesLeft", await messagesLeft(world), 0);
    verdict.equal("deadLetters", (await allPages((page) => engine.queues.deadLetters({}, page))).length, 0);
    verdict.equal("wrongTotals", (await engine.recount()).corrected, 0);
  },
};

/** What later rows run into. */
async function prepare({ store }: World): Promise<void> {
  const long = Object.fromEntries(Array.from({ length: 21 }, (_, n) => [`long${n}`, "€".repeat(4_000)]));
  await store.customers.apply([{ id: STANDING.full, stamp: 1, fields: { attributes: long } }]);
  const order = { type: "purchase", status: "placed", currency: "USD", placedAt: 0, items: [], stamp: 1 } as const;
  await store.orders.apply([
    { ...order, id: "all-of-it", customerId: STANDING.rich, amount: MAX_ORDERS_TOTAL },
    { ...order, id: STANDING.taken, customerId: "somebody", amount: 1 },
  ]);
}

async function post(url: string, { path, mediaType, body }: MixedUpload): Promise<string> {
  const init = { method: "POST", headers: { "Content-Type": mediaType }, body, signal: AbortSignal.timeout(PATIENCE_MS) };
  const response = await fetch(`${url}${path}`, init);
  const text = await response.text();
  if (response.status !== 202) throw new Error(`${path} answered ${response.status}: ${text.slice(0, 500)}`);
  return (JSON.parse(text) as { readonly batchId: string }).batchId;
}

function batches({ engine }: World) {
  return allPages((page) => engine.batches.list({}, page));
}

async function judge(world: World, posted: readonly Posted[], verdict: Verdict): Promise<void> {
  const { engine } = world;
  const wrong = { open: 0, miscounted: 0, misjudged: 0 };
  for (const { batchId, form, kind, rows, badRows } of posted) {
    const { status, received, accepted, rejected } = await engine.batches.get(batchId);
    const numbers = (await allPages((page) => engine.batches.rejections(batchId, page))).map(({ row }) => row);
    if (status !== "completed") wrong.open += 1;
    if (received !== rows || accepted !== rows - badRows.length || rejected !== badRows.length) {
      wrong.miscounted += 1;
      const counts = `received ${received}, accepted ${accepted}, rejected ${rejected}`;
      verdict.miss(`${kind} as ${form}: ${status}, ${counts} of ${rows} rows with ${badRows.length} bad ones`);
    }
    if (String(numbers) === String(badRows)) continue;
    wrong.misjudged += 1;
    const [unnoticed, innocent] = [without(badRows, numbers), without(numbers, badRows)];
    verdict.miss(`${kind} as ${form}: rejected without reason ${shown(innocent)}; bad and not rejected ${shown(unnoticed)}`);
  }
  verdict.equal("openBatches", wrong.open, 0);
  verdict.equal("batchesMiscounted", wrong.miscounted, 0);
  verdict.equal("batchesMisjudged", wrong.misjudged, 0);

  const stored = {
    customers: new Set((await everyone(world)).map(({ id }) => id)),
    orders: new Set((await allPages((page) => engine.orders.list({}, page))).map(({ id }) => id)),
  };
  const lost = posted.flatMap(({ kind, stores }) => stores.filter((id) => !stored[kind].has(id)));
  verdict.equal("goodRowsLost", lost.length, 0);
  const bad = [...stored.customers, ...stored.orders].filter((id) => id.startsWith("bad-"));
  verdict.equal("badRowsStored", bad.length, 0);
}

function without(rows: readonly number[], others: readonly number[]): readonly number[] {
  const known = new Set(others);
  return rows.filter((row) => !known.has(row));
}

function shown(rows: readonly number[]): string {
  return rows.length === 0 ? "none" : `${rows.slice(0, 5).join(", ")}${rows.length > 5 ? ` … (${rows.length})` : ""}`;
}
