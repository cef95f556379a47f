import { dirname } from "node:path";
import type { MessageQueue, OpenScratch, OpenSpool, Sender, Store } from "@crm-engine/core/ports";
import { type SimulatedSenderOptions, simulatedSender, webhookSender } from "../senders/index.js";
import { makeFolder, mayBeFile } from "../sqlite/database/file-path.js";
import type { Config } from "./config.js";
import { ConfigError, shownValue } from "./config-error.js";
import { parseSimulatedUrl } from "./sender-url.js";

/** What a URL opens: made without I/O, once its module is loaded. */
type Make<T> = () => T;

/** A vendor's call lasts no longer, and no longer than half a claim's lease, which it must fit into. */
const MAX_CALL_MS = 30_000;

/** Loads the adapter that `storeUrl` names, and nothing else. */
export async function loadStore({ storeUrl: url, namespace, leaseMs }: Config): Promise<Make<Store>> {
  if (url.startsWith("mongodb")) {
    const { mongoStore } = await loadAdapter("STORE_URL", url, () => import("../mongo/index.js"));
    return () => mongoStore({ url, namespace, planTimeoutMs: leaseMs / 3 });
  }
  const file = sqliteFile(url);
  if (file === undefined) return (await loadMemory()).memoryStore;
  await requireFile("STORE_URL", file);
  const { sqliteStore } = await loadSqlite("STORE_URL", url);
  return () => sqliteStore({ file, namespace, planTimeoutMs: leaseMs / 3 });
}

/** Loads the adapter that `queueUrl` names, and nothing else. */
export async function loadQueue({ queueUrl: url, storeUrl, namespace, leaseMs }: Config): Promise<Make<MessageQueue>> {
  if (url.startsWith("redis")) {
    const { redisQueue } = await loadAdapter("QUEUE_URL", url, () => import("../redis/index.js"));
    return () => redisQueue({ url, namespace, leaseMs });
  }
  if (url.startsWith("amqp")) {
    const { rabbitmqQueue } = await loadAdapter("QUEUE_URL", url, () => import("../rabbitmq/index.js"));
    return () => rabbitmqQueue({ url, namespace });
  }
  const file = sqliteFile(url);
  if (file === undefined) return (await loadMemory()).memoryQueue;
  // The store's file is the queue's too, unless another is named.
  await requireFile(url === storeUrl ? "STORE_URL" : "QUEUE_URL", file);
  const { sqliteQueue } = await loadSqlite("QUEUE_URL", url);
  return () => sqliteQueue({ file, namespace, leaseMs });
}

/** Room for order lines: on disk, unless the store is in memory too. */
export async function loadSpool({ storeUrl }: Config): Promise<Make<OpenSpool>> {
  return storeUrl === "memory:" ? (await loadMemory()).memorySpool : (await loadSqlite("STORE_URL", storeUrl)).sqliteSpool;
}

/** Room for what a dry run would have changed: where that for order lines is. */
export async function loadScratch({ storeUrl }: Config): Promise<Make<OpenScratch>> {
  return storeUrl === "memory:" ? (await loadMemory()).memoryScratch : (await loadSqlite("STORE_URL", storeUrl)).sqliteScratch;
}

/** Loads the vendor that `senderUrl` names; `report` takes back the receipts of the simulated one. */
export async function loadSender(config: Config): Promise<(report: SimulatedSenderOptions["report"]) => Sender> {
  const { senderUrl: url, webhookSecret: secret, allowPrivateAddresses } = config;
  const timeoutMs = Math.min(MAX_CALL_MS, Math.floor(config.leaseMs / 2));
  const simulated = parseSimulatedUrl(url);
  if (simulated) return (report) => simulatedSender({ ...simulated, report });
  if (/^smtps?:/.test(url)) {
    const { smtpSender } = await loadAdapter("SENDER_URL", url, () => import("../smtp/index.js"));
    return () => smtpSender({ url, timeoutMs });
  }
  return () => webhookSender({ url, allowPrivateAddresses, timeoutMs, ...(secret === undefined ? {} : { secret }) });
}

const loadMemory = () => import("@crm-engine/core/memory");
const loadSqlite = (variable: string, url: string) => loadAdapter(variable, url, () => import("../sqlite/index.js"));

/** Imports an adapter; where its driver, an optional peer, is not installed, says which package to install. */
export async function loadAdapter<M>(variable: string, url: string, load: () => Promise<M>): Promise<M> {
  try {
    return await load();
  } catch (error) {
    const missing = missingPackage(error);
    if (missing === undefined) throw error;
    throw new ConfigError(`${variable} is ${shownValue(url)}, which needs the package ${missing}: npm install ${missing}`, {
      cause: error,
    });
  }
}

function missingPackage(error: unknown): string | undefined {
  const notFound = error instanceof Error && "code" in error && error.code === "ERR_MODULE_NOT_FOUND";
  return notFound ? /^Cannot find package '([^']+)'/.exec(error.message)?.[1] : undefined;
}

function sqliteFile(url: string): string | undefined {
  return /^sqlite:(.+)$/s.exec(url)?.[1];
}

async function requireFile(variable: string, file: string): Promise<void> {
  const refused = (why: string, cause?: unknown) =>
    new ConfigError(`${variable} is ${shownValue(`sqlite:${file}`)}, and ${why}`, { cause });
  await makeFolder(dirname(file)).catch((cause: unknown) => {
    const code = cause instanceof Error && "code" in cause ? ` (${String(cause.code)})` : "";
    throw refused(`its folder can't be made${code}; it may be sqlite:PATH in a folder that can be written`, cause);
  });
  if (!(await mayBeFile(file))) throw refused("that is no file; it may be sqlite:PATH of a file");
}
