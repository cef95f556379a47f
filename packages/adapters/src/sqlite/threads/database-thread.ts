import { Worker } from "node:worker_threads";
import { CrmError } from "@crm-engine/core/ports";
import type { WireError } from "../database/errors.js";
import { addExitGuard, createExitGuard, removeExitGuard } from "./exit-guard.js";
import type { FromThread, Request, ThreadData, ThreadRole } from "./protocol.js";

interface Pending {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

interface Running {
  readonly worker: Worker;
  readonly pending: Map<number, Pending>;
  readonly ended: Promise<void>;
  outbox: Request[];
  /** Why it could not open its file. */
  refused?: Error;
  broken?: Error;
}

/** How long no new thread is started after one could not open its file. */
const RESTART_PAUSE_MS = 1_000;

/**
 * A thread that runs database operations. It starts with the first call. If it ends unexpectedly, calls in progress reject as
 * `unavailable`, and the next call starts it again. It keeps the process alive only while there are calls in progress.
 */
export class DatabaseThread {
  readonly #role: ThreadRole;
  #running: Running | undefined;
  #refused: { readonly error: Error; readonly until: number } | undefined;
  #lastId = 0;

  constructor(role: ThreadRole) {
    this.#role = role;
  }

  /** Starts ahead of the first call. */
  start(): void {
    if (this.#running || (this.#refused && performance.now() < this.#refused.until)) return;
    this.#refused = undefined;
    this.#running = this.#run();
  }

  /**
   * At the signal the call rejects with its reason, and a flag shared by both threads is set. The drivers can't interrupt a
   * statement, so the running one checks the flag every few hundred rows and ends; queued calls are dropped.
   */
  async call(
    kind: Request["kind"],
    namespace: string,
    name: string,
    args: readonly unknown[],
    signal?: AbortSignal,
  ): Promise<unknown> {
    signal?.throwIfAborted();
    this.start();
    const running = this.#running;
    if (!running) throw this.#refused?.error ?? threadEnded();
    this.#lastId += 1;
    const id = this.#lastId;
    const stop = signal && new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
    let onAbort = (): void => {};
    try {
      return await new Promise((resolve, reject) => {
        if (running.pending.size === 0) running.worker.ref();
        running.pending.set(id, { resolve, reject });
        if (running.outbox.length === 0) queueMicrotask(() => send(running));
        running.outbox.push({ id, kind, namespace, name, args, ...(stop ? { stop } : {}) });
        onAbort = () => {
          if (stop) Atomics.store(stop, 0, 1);
          reject(signal?.reason);
        };
        signal?.addEventListener("abort", onAbort);
      });
    } finally {
      signal?.removeEventListener("abort", onAbort);
    }
  }

  /** Ends the thread after the calls that it has received. */
  async close(): Promise<void> {
    const running = this.#running;
    if (!running) return;
    running.worker.ref();
    send(running);
    running.worker.postMessage({ close: true });
    await running.ended;
  }

  #run(): Running {
    const guard = createExitGuard();
    const worker = new Worker(new URL("./thread.js", import.meta.url), {
      workerData: { ...this.#role, guard } satisfies ThreadData,
      execArgv: ["--disable-warning=ExperimentalWarning"],
      resourceLimits: { maxYoungGenerationSizeMb: 4 },
    });
    worker.unref();
    addExitGuard(guard);
    const exited = new Promise<void>((resolve) => worker.once("exit", () => resolve()));
    const running: Running = { worker, pending: new Map(), ended: exited, outbox: [] };
    worker.on("message", (message: FromThread) => receive(running, message));
    worker.once("error", (error) => {
      running.broken = new CrmError("unavailable", `The database thread broke: ${error.message}`, { cause: error });
    });
    worker.once("exit", () => {
      removeExitGuard(guard);
      if (this.#running === running) this.#running = undefined;
      if (running.refused) this.#refused = { error: running.refused, until: performance.now() + RESTART_PAUSE_MS };
      const error = running.refused ?? running.broken ?? threadEnded();
      for (const { reject } of running.pending.values()) reject(error);
      running.pending.clear();
    });
    return running;
  }
}

function threadEnded(): CrmError {
  return new CrmError("unavailable", "The database thread ended.");
}

/** Sends the calls of one turn of the event loop in one message. */
function send(running: Running): void {
  if (running.outbox.length === 0) return;
  const requests = running.outbox;
  running.outbox = [];
  running.worker.postMessage({ requests });
}

function receive(running: Running, message: FromThread): void {
  if ("refused" in message) {
    running.refused = fromWire(message.refused);
    return;
  }
  for (const response of message.responses) {
    const call = running.pending.get(response.id);
    running.pending.delete(response.id);
    if (response.ok) call?.resolve(response.value);
    else call?.reject(fromWire(response.error));
  }
  if (running.pending.size === 0) running.worker.unref();
}

function fromWire(wire: WireError): Error {
  if (wire.code === undefined) return new Error(wire.message);
  const { cause: data, details } = wire;
  const cause = data && Object.assign(new Error(data.message), data.errcode === undefined ? {} : { errcode: data.errcode });
  return new CrmError(wire.code, wire.message, { ...(cause ? { cause } : {}), ...(details ? { details } : {}) });
}
