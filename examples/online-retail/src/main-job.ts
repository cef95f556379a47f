import { createReadStream } from "node:fs";
import { Readable } from "node:stream";
import { composeEngine, parseConfig } from "@crm-engine/adapters/container";
import { field, type Rule } from "@crm-engine/core";
import { createApp, serve } from "@crm-engine/http";
import { createWorker } from "@crm-engine/worker";
import { type ApiClient, apiClient } from "./api-client.js";
import { type Audience, DECEMBER_ONLY, EVERYONE, HEART_BUYERS, LAPSED, readAudience } from "./audiences.js";
import { readSales, type Sales } from "./sales.js";

export interface MainJob {
  readonly storeUrl: string;
  readonly queueUrl: string;
  readonly namespace: string;
  /** The Online Retail file, as CSV in gzip. */
  readonly file: string;
}

/** What the main job came to. On the Online Retail data every number is known, on whatever servers. */
export interface Figures {
  readonly servers: string;
  readonly seconds: number;
  readonly linesRead: number;
  readonly linesAccepted: number;
  readonly linesRejected: number;
  readonly purchases: number;
  readonly refunds: number;
  readonly customers: number;
  readonly totalSpend: string;
  readonly over10000: number;
  readonly heartBuyers: number;
  readonly decemberOnly: number;
  /** The two before in all ways that the API has, with the reasons of two customers each. */
  readonly audiences: { readonly heartBuyers: Audience; readonly decemberOnly: Audience };
  readonly sales: Sales;
  readonly audience: number;
  readonly logRows: number;
  /** The log's customers are the segment's members, and the states of the report add up to them. */
  readonly accounted: boolean;
  readonly secondLaunch: number;
  /** Rows of the log that a receipt, delivered three times and out of order, changed. */
  readonly rowsChanged: number;
}

/** The engine's whole job through its HTTP API: upload, segment, estimate, campaign, receipts. */
export async function runMainJob({ storeUrl, queueUrl, namespace, file }: MainJob): Promise<Figures> {
  const started = performance.now();
  const engine = await composeEngine(
    parseConfig({ storeUrl, queueUrl, namespace, currency: "GBP", senderUrl: "simulated:?delayMs=1&seed=7" }),
  );
  const worker = createWorker(engine);
  const server = await serve(createApp(engine), { port: 0 });
  try {
    const { store, queue } = await engine.ready();
    await worker.start();
    const api = apiClient(server.url);
    const lines = await upload(server.url, api, file);
    const figures = { ...(await totals(api)), ...(await buyers(api)), ...(await campaign(api)), sales: await readSales(api) };
    const servers = `${store.name} ${store.version} × ${queue.name} ${queue.version}`;
    return { servers, seconds: Math.round((performance.now() - started) / 100) / 10, ...lines, ...figures };
  } finally {
    await server.close();
    await worker.close();
    await engine.close();
  }
}

interface BatchBody {
  readonly status: string;
  readonly received: number;
  readonly accepted: number;
  readonly rejected: number;
}

async function upload(url: string, api: ApiClient, file: string) {
  const response = await fetch(`${url}/api/orders?map=online-retail`, {
    method: "POST",
    headers: { "Content-Type": "text/csv", "Content-Encoding": "gzip" },
    body: Readable.toWeb(createReadStream(file)) as ReadableStream,
    duplex: "half",
  } as RequestInit);
  const { statusUrl } = (await response.json()) as { readonly statusUrl: string };
  const batch = await api.until<BatchBody>(statusUrl, ({ status }) => status === "completed");
  return { linesRead: batch.received, linesAccepted: batch.accepted, linesRejected: batch.rejected };
}

async function totals(api: ApiClient) {
  const orders = await api.all<{ readonly type: string }>("/api/orders?");
  const customers = await api.all<{ readonly id: string; readonly totalSpend: number }>("/api/customers?");
  // The file has no addresses: everyone gets one, which the totals must survive.
  const rows = customers.map(({ id }) => ({ id, email: `c${id}@example.com` }));
  const { body } = await api.post<{ readonly statusUrl: string }>("/api/customers", rows);
  await api.until<BatchBody>(body.statusUrl, ({ status }) => status === "completed");
  const pennies = (await api.all<{ readonly totalSpend: number }>("/api/customers?")).reduce(
    (sum, { totalSpend }) => sum + Math.round(totalSpend * 100),
    0,
  );
  return {
    purchases: orders.filter(({ type }) => type === "purchase").length,
    refunds: orders.filter(({ type }) => type === "refund").length,
    customers: await estimate(api, EVERYONE),
    totalSpend: (pennies / 100).toFixed(2),
    over10000: await estimate(api, field("totalSpend").gt(10_000)),
  };
}

/** Each asks about one customer who is in and one who is nearly: two purchases on three lines; back on 4 January. */
async function buyers(api: ApiClient) {
  const heartBuyers = await readAudience(api, HEART_BUYERS, ["12747", "14649"]);
  const decemberOnly = await readAudience(api, DECEMBER_ONLY, ["17850", "18097"]);
  return {
    heartBuyers: heartBuyers.estimate,
    decemberOnly: decemberOnly.estimate,
    audiences: { heartBuyers, decemberOnly },
  };
}

async function estimate(api: ApiClient, rule: Rule): Promise<number> {
  return (await api.post<{ readonly count: number }>("/api/segments/estimate", { rule })).body.count;
}

type Stats = Readonly<Record<string, number>>;
interface LogRow {
  readonly id: string;
  readonly customerId: string;
  readonly [field: string]: unknown;
}

async function campaign(api: ApiClient) {
  const audience = await estimate(api, LAPSED);
  const segment = await api.post<{ readonly id: string }>("/api/segments", { name: "Lapsed", rule: LAPSED });
  const message = { channel: "email", subject: "We miss you", body: "You spent {{ customer.totalSpend }} with us." };
  const draft = { name: "Come back", segmentId: segment.body.id, message };
  const path = `/api/campaigns/${(await api.post<{ readonly id: string }>("/api/campaigns", draft)).body.id}`;
  await api.post(`${path}/launch`);
  await api.until<{ readonly status: string }>(path, ({ status }) => status === "completed");
  const stats = await api.until<Stats>(`${path}/stats`, ({ delivered, total }) => delivered === total);
  const { status: secondLaunch } = await api.post(`${path}/launch`);
  const log = await api.all<LogRow>(`${path}/log?`);
  const members = await api.all<{ readonly id: string }>(`/api/segments/${segment.body.id}/customers?`);
  const states = ["pending", "claimed", "sent", "delivered", "failed", "bounced", "skipped", "unknown"];
  const sum = states.reduce((total, state) => total + (stats[state] ?? 0), 0);
  return {
    audience,
    logRows: log.length,
    accounted:
      sum === audience &&
      stats.total === audience &&
      sameIds(
        log.map((row) => row.customerId),
        members.map(({ id }) => id),
      ),
    secondLaunch,
    rowsChanged: await rowsChangedByReceipts(api, path, log),
  };
}

/** One message was opened: the receipts come in the wrong order, and three times. */
async function rowsChangedByReceipts(api: ApiClient, path: string, log: readonly LogRow[]): Promise<number> {
  const messageId = log[0]?.id ?? "";
  const receipts = [
    { messageId, status: "opened", occurredAt: "2031-01-01T12:00:05Z" },
    { messageId, status: "delivered", occurredAt: "2031-01-01T12:00:02Z" },
    { messageId, status: "sent", occurredAt: "2031-01-01T12:00:01Z" },
  ];
  for (let time = 0; time < 3; time++) await api.post("/api/receipts", { receipts });
  await api.until<Stats>(`${path}/stats`, ({ opened }) => opened === 1);
  const before = new Map(log.map((row) => [row.id, JSON.stringify({ ...row, updatedAt: 0 })]));
  const after = await api.all<LogRow>(`${path}/log?`);
  return after.filter((row) => before.get(row.id) !== JSON.stringify({ ...row, updatedAt: 0 })).length;
}

function sameIds(a: readonly string[], b: readonly string[]): boolean {
  return JSON.stringify([...a].sort()) === JSON.stringify([...b].sort());
}
