import { setTimeout as sleep } from "node:timers/promises";
import { parentPort, workerData } from "node:worker_threads";
import { type Connection, openConnection, openTemporary } from "../database/connection.js";
import { isBusy, toWire } from "../database/errors.js";
import { CHECK_INTERRUPT } from "../query/compile-target.js";
import { type Scope, scopeOf } from "../schema/scope.js";
import { enter, leave } from "./exit-guard.js";
import { type OperationTables, operationTables } from "./operation-tables.js";
import type { FromThread, Request, Response, ThreadData, ToThread } from "./protocol.js";
import { WriteLoop } from "./write-loop.js";

const BUSY_TIMEOUT_MS = 2_000;
/** An operation with arguments as they came from the other thread. */
type AnyOperation = (scope: Scope, ...args: readonly unknown[]) => unknown;

const data = workerData as ThreadData;
const port = parentPort;
if (!port) throw new Error("This file runs as a worker thread.");
const post = (message: FromThread): void => port.postMessage(message);

enter(data.guard);
try {
  const operations = await loadOperations();
  serve(data.role === "spool" ? await openTemporary() : await openConnection(data.file, data.synchronous), operations);
} catch (error) {
  post({ refused: toWire(error) });
  port.close();
} finally {
  leave(data.guard);
}

function serve(db: Connection, operations: OperationTables): void {
  const run = runner(db, operations);
  const reply = (responses: readonly Response[]): void => post({ responses });
  const loop = data.role === "writer" ? new WriteLoop(db, run, reply, data.guard) : undefined;
  let reading: Promise<void> = Promise.resolve();
  port?.on("message", (message: ToThread) => {
    if ("close" in message) {
      enter(data.guard);
      db.close();
      leave(data.guard);
      port?.close();
      return;
    }
    for (const request of message.requests) {
      if (loop && request.kind === "write") loop.push(request);
      else reading = reading.then(async () => reply([await readWhenFree(run, request)]));
    }
  });
}

/** Readers are locked out only for moments: during recovery, and by the last connection's checkpoint. */
async function readWhenFree(run: (request: Request) => unknown, request: Request): Promise<Response> {
  const started = performance.now();
  for (;;) {
    enter(data.guard);
    try {
      return { id: request.id, ok: true, value: run(request) };
    } catch (error) {
      if (!isBusy(error) || performance.now() - started > BUSY_TIMEOUT_MS)
        return { id: request.id, ok: false, error: toWire(error) };
    } finally {
      leave(data.guard);
    }
    await sleep(5 + Math.random() * 10);
  }
}

/** A spool's thread does without core, which would take most of its memory. */
async function loadOperations(): Promise<OperationTables> {
  if (data.role === "spool") {
    const [{ spool }, { scratch }] = await Promise.all([import("../spool-rows.js"), import("../scratch-values.js")]);
    return operationTables({ spool, scratch });
  }
  const { fileOperations } = await import("./operations.js");
  return operationTables(fileOperations);
}

function runner(db: Connection, operations: OperationTables): (request: Request) => unknown {
  const scopes = new Map<string, Scope>();
  let stop: Int32Array | undefined;
  const checkInterrupt = (): number => {
    if (stop && Atomics.load(stop, 0) !== 0) throw new Error("Nobody waits for it any more.");
    db.checkTime();
    return 1;
  };
  if (data.role === "reader") db.define(CHECK_INTERRUPT, checkInterrupt);
  return ({ kind, name, namespace, args, ...request }) => {
    stop = request.stop;
    db.limitTime();
    checkInterrupt();
    const scope = scopes.get(namespace) ?? scopeOf(db, namespace);
    scopes.set(namespace, scope);
    const operation = operations[kind].get(name) as AnyOperation | undefined;
    if (!operation) throw new Error(`There is no operation ${name}.`);
    try {
      return operation(scope, ...args);
    } catch (error) {
      // Drivers pass on the message of a function's error, but not its class.
      db.checkTime();
      throw error;
    }
  };
}
