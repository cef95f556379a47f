import { setTimeout as sleep } from "node:timers/promises";
import { createEngine, type Engine } from "@crm-engine/core";
import { memoryQueue, memoryStore } from "@crm-engine/core/memory";
import type { MessageQueue, Sender, Store } from "@crm-engine/core/ports";
import { type AppOptions, createApp, type HttpApp } from "./create-app.js";

/** A vendor that takes every message. */
const vendor: Sender = {
  remembersKeysMs: Number.POSITIVE_INFINITY,
  maxBatch: 100,
  maxBatchBytes: 4 * 2 ** 20,
  timeoutMs: 1_000,
  send: async ({ messages }) => messages.map(({ id }) => ({ id, status: "accepted" as const })),
  close: async () => undefined,
};

export interface RunningApp {
  readonly engine: Engine;
  readonly store: Store;
  readonly queue: MessageQueue;
  readonly app: HttpApp;
  /** Asks the app; a body that is no string and no bytes is sent as JSON. */
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  /** Works until nothing is left to do. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests read what came over the wire
  readonly json: any;
}

/** An engine in memory, its API, and the work that a worker would do. */
export async function runningApp(
  options: AppOptions & { readonly working?: boolean; readonly store?: Store; readonly queue?: MessageQueue } = {},
): Promise<RunningApp> {
  const { store = memoryStore(), queue = memoryQueue(), working = true } = options;
  const engine = createEngine({ store, queue, sender: vendor });
  if (working) {
    for (const { consume } of engine.work.topics) await consume({ batchSize: 1, batchWaitMs: 0, prefetch: 10 });
  }
  const app = createApp(engine, options);
  const settle = async (): Promise<void> => {
    while ((await engine.queues.depths()).some(({ messages }) => messages > 0)) await sleep(2);
    const signal = AbortSignal.timeout(5_000);
    while ((await engine.work.plan(signal)) || (await engine.work.deliver(signal)));
  };
  return { engine, store, queue, app, call: caller(app), settle, close: () => engine.close() };
}

function caller(app: HttpApp): RunningApp["call"] {
  return async (method, path, body, headers = {}) => {
    const raw = typeof body === "string" || body instanceof Uint8Array;
    const type: Record<string, string> = body === undefined ? {} : { "content-type": "application/json" };
    const response = await app.request(path, {
      method,
      headers: { ...type, ...headers },
      ...(body === undefined ? {} : { body: raw ? Buffer.from(body) : JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = text !== "" && response.headers.get("content-type")?.includes("json");
    return { status: response.status, headers: response.headers, text, json: isJson ? JSON.parse(text) : undefined };
  };
}
