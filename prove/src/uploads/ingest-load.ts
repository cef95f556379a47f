import { randomUUID } from "node:crypto";
import { ReadableStream } from "node:stream/web";
import { setTimeout as sleep } from "node:timers/promises";
import type { Random } from "../random.js";
import { personId } from "../world/audience.js";

const PAUSE_MS = 30;
const ARRAY_ROWS = 10;
const LINES = 30;
/** More than fit into one message of a batch; one upload in ten has so many. */
const MANY_LINES = 410;
const LINES_AT_ONCE = 10;
/** One order in so many is one that was accepted before, with another amount. */
const CHANGED_EVERY = 5;
/** The stamps of two servers may differ by less. */
const CHANGED_AFTER_MS = 1_000;
/** A client gives up on an answer after this. */
const PATIENCE_MS = 10_000;

export interface IngestLoadOptions {
  /** Clients that post at the same time. */
  readonly clients: number;
  /** An API that is up. */
  readonly url: () => Promise<string>;
  /** Orders are of the first so many people. */
  readonly people: number;
  readonly random: Random;
  /** Ends the load. */
  readonly signal: AbortSignal;
  /** Told of each post when it is over. */
  readonly onAnswer?: (answer: Answer) => void;
}

export interface Answer {
  /** Undefined where there was none: the connection broke, or nobody answered in 10 s. */
  readonly status: number | undefined;
  readonly begunAt: number;
  readonly endedAt: number;
}

/** What the API has accepted (`202`), and so must be there in the end. */
export interface Ingested {
  readonly customerIds: readonly string[];
  readonly orderIds: readonly string[];
  /** Orders that were accepted again, with `CHANGED_AMOUNT`. */
  readonly changedOrderIds: readonly string[];
  readonly batchIds: readonly string[];
  /** Posts that got no `202`, whatever became of them. */
  readonly unacknowledged: number;
}

/** Of an order that is changed, in major units. */
export const CHANGED_AMOUNT = 2;

const FORMS = ["single", "array", "lines"] as const;
type Kind = "customers" | "orders";
interface Row {
  readonly id: string;
}
interface Upload {
  readonly made: readonly Row[];
  /** Orders that were accepted before. */
  readonly changed: readonly Row[];
  readonly init: RequestInit;
}

/**
 * Posts customers and orders, each under an id of its own, and some orders once more with another amount, as single objects, arrays
 * and streamed lines, half of them with an Idempotency-Key, until it is ended. A post that fails is not repeated.
 */
export async function ingestLoad({ clients, url, people, random, signal, onAnswer }: IngestLoadOptions): Promise<Ingested> {
  const accepted = { customers: [] as string[], orders: [] as string[], changed: [] as string[], batches: [] as string[] };
  const unchanged: { readonly order: Row; readonly acceptedAt: number }[] = [];
  let unacknowledged = 0;
  let made = 0;

  const rowOf = (kind: Kind): Row => (kind === "customers" ? newCustomer(made++) : newOrder(made++, random.below(people)));
  const changes = (rows: number): readonly Row[] => {
    const due = unchanged.findIndex(({ acceptedAt }) => acceptedAt > Date.now() - CHANGED_AFTER_MS);
    const some = unchanged.splice(0, Math.min(due < 0 ? unchanged.length : due, Math.floor(rows / CHANGED_EVERY)));
    return some.map(({ order }) => ({ ...order, amount: CHANGED_AMOUNT }));
  };
  const uploadOf = (kind: Kind): Upload => {
    const form = random.pick(FORMS);
    const size = form === "single" ? 1 : form === "array" ? ARRAY_ROWS : random.below(10) === 0 ? MANY_LINES : LINES;
    const changed = kind === "orders" ? changes(size) : [];
    const made = Array.from({ length: size - changed.length }, () => rowOf(kind));
    const rows = [...made, ...changed];
    return { made, changed, init: form === "lines" ? linesInit(rows) : jsonInit(form === "single" ? rows[0] : rows) };
  };
  const accept = (kind: Kind, { made, changed }: Upload, batchId: string): void => {
    accepted[kind].push(...made.map(({ id }) => id));
    accepted.changed.push(...changed.map(({ id }) => id));
    accepted.batches.push(batchId);
    if (kind === "orders") unchanged.push(...made.map((order) => ({ order, acceptedAt: Date.now() })));
  };
  const postOnce = async (kind: Kind): Promise<void> => {
    const upload = uploadOf(kind);
    const to = `${await url()}/api/${kind}`;
    const begunAt = Date.now();
    const answer = await postTo(to, random.below(2) === 0 ? upload.init : keyed(upload.init));
    onAnswer?.({ status: answer?.status, begunAt, endedAt: Date.now() });
    if (answer?.batchId === undefined) unacknowledged += 1;
    else accept(kind, upload, answer.batchId);
  };
  const client = async (): Promise<void> => {
    for (let turn = 0; !signal.aborted; turn++) {
      await postOnce(turn % 2 === 0 ? "customers" : "orders");
      await sleep(PAUSE_MS);
    }
  };

  await Promise.all(Array.from({ length: clients }, client));
  const { customers, orders, changed, batches } = accepted;
  return { customerIds: customers, orderIds: orders, changedOrderIds: changed, batchIds: batches, unacknowledged };
}

/** Undefined where no answer came; with a `batchId` where all of it was accepted. */
async function postTo(
  url: string,
  init: RequestInit,
): Promise<{ readonly status: number; readonly batchId?: string } | undefined> {
  try {
    const response = await fetch(url, { method: "POST", signal: AbortSignal.timeout(PATIENCE_MS), ...init });
    const body = (await response.json()) as { readonly batchId: string };
    return { status: response.status, ...(response.status === 202 ? { batchId: body.batchId } : {}) };
  } catch {
    return undefined;
  }
}

function keyed(init: RequestInit): RequestInit {
  return { ...init, headers: { ...init.headers, "Idempotency-Key": randomUUID() } };
}

function jsonInit(body: unknown): RequestInit {
  return { headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
}

/** A body that comes bit by bit. */
function linesInit(rows: readonly Row[]): RequestInit {
  const bits = async function* () {
    for (let start = 0; start < rows.length; start += LINES_AT_ONCE) {
      const lines = rows.slice(start, start + LINES_AT_ONCE).map((row) => `${JSON.stringify(row)}\n`);
      yield new TextEncoder().encode(lines.join(""));
      await sleep(1);
    }
  };
  const init = { headers: { "Content-Type": "application/x-ndjson" }, body: ReadableStream.from(bits()), duplex: "half" };
  return init as RequestInit;
}

function newCustomer(n: number) {
  return { id: `new-${n}`, email: `new-${n}@example.com` };
}

function newOrder(n: number, of: number) {
  return { id: `order-${n}`, customerId: personId(of), amount: "1.00", placedAt: "2026-01-01T00:00:00Z" };
}
