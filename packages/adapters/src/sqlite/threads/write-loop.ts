import type { Connection } from "../database/connection.js";
import { FileError, isBusy, toWire } from "../database/errors.js";
import { type ExitGuard, enter, leave } from "./exit-guard.js";
import type { Request, Response } from "./protocol.js";

const TRANSACTION_MS = 25;
const BUSY_TIMEOUT_MS = 2_000;
const FOREIGN_MS = 1_000;

/**
 * Group commit: waiting jobs share a transaction of at most some 100 ms, each in a savepoint of its own, so that one that fails
 * rolls back alone; they are answered once the transaction is durable. Between transactions other processes get a turn.
 * A locked file is retried with jitter; after 2 s every waiting job fails as `unavailable`.
 */
export class WriteLoop {
  readonly #db: Connection;
  readonly #run: (request: Request) => unknown;
  readonly #reply: (responses: readonly Response[]) => void;
  readonly #guard: ExitGuard;
  #waiting: Request[] = [];
  #scheduled = false;
  #busySince: number | undefined;
  #dataVersion: unknown;
  #foreignAt = 0;

  constructor(
    db: Connection,
    run: (request: Request) => unknown,
    reply: (responses: readonly Response[]) => void,
    guard: ExitGuard,
  ) {
    this.#db = db;
    this.#guard = guard;
    this.#run = run;
    this.#reply = reply;
    db.exec("PRAGMA busy_timeout = 0");
  }

  push(request: Request): void {
    this.#waiting.push(request);
    if (!this.#scheduled) this.#schedule(0);
  }

  #schedule(pauseMs: number): void {
    this.#scheduled = true;
    const drain = (): void => {
      enter(this.#guard);
      this.#drain();
      leave(this.#guard);
    };
    if (pauseMs > 0) setTimeout(drain, pauseMs);
    else setImmediate(drain);
  }

  #drain(): void {
    this.#scheduled = false;
    const started = performance.now();
    if (!this.#begin()) {
      if (this.#waiting.length > 0) this.#schedule(1 + Math.random() * 2);
      return;
    }
    const responses = this.#transaction(started);
    this.#reply(responses);
    if (this.#waiting.length > 0) this.#schedule(this.#pauseMs(performance.now() - started));
  }

  #begin(): boolean {
    try {
      this.#db.exec("BEGIN IMMEDIATE");
      this.#busySince = undefined;
      return true;
    } catch (error) {
      this.#busySince ??= performance.now();
      if (isBusy(error) && performance.now() - this.#busySince < BUSY_TIMEOUT_MS) return false;
      this.#busySince = undefined;
      const refused = isBusy(error) ? new FileError("The SQLite file is locked by another process.", { cause: error }) : error;
      const wire = toWire(refused);
      this.#reply(this.#waiting.map(({ id }) => ({ id, ok: false, error: wire })));
      this.#waiting = [];
      return false;
    }
  }

  #transaction(started: number): readonly Response[] {
    const jobs = this.#waiting;
    const responses: Response[] = [];
    try {
      while (responses.length < jobs.length && (responses.length === 0 || performance.now() - started < TRANSACTION_MS)) {
        const job = jobs[responses.length];
        if (job) responses.push(this.#job(job));
      }
      this.#db.exec("COMMIT");
      this.#waiting = jobs.slice(responses.length);
      return responses;
    } catch (error) {
      this.#rollback();
      const taken = Math.max(1, responses.length);
      this.#waiting = jobs.slice(taken);
      const wire = toWire(error);
      return jobs.slice(0, taken).map(({ id }) => ({ id, ok: false, error: wire }));
    }
  }

  /** Throws only if the whole transaction is lost (a full disk, an I/O error). */
  #job(job: Request): Response {
    this.#db.prepare("SAVEPOINT job").run();
    try {
      const value = this.#run(job);
      this.#db.prepare("RELEASE job").run();
      return { id: job.id, ok: true, value };
    } catch (error) {
      try {
        this.#db.exec("ROLLBACK TO job; RELEASE job");
      } catch {
        throw error;
      }
      return { id: job.id, ok: false, error: toWire(error) };
    }
  }

  #rollback(): void {
    try {
      this.#db.exec("ROLLBACK");
    } catch {
      // SQLite has already rolled back by itself.
    }
  }

  /** SQLite's lock is not fair: other processes get it only if it is free when they retry. So this one pauses while others write. */
  #pauseMs(heldMs: number): number {
    const version = this.#db.get("PRAGMA data_version")?.data_version;
    if (this.#dataVersion !== undefined && version !== this.#dataVersion) this.#foreignAt = Date.now();
    this.#dataVersion = version;
    if (Date.now() - this.#foreignAt < FOREIGN_MS) return Math.min(10, Math.max(2, heldMs / 5));
    return heldMs > TRANSACTION_MS / 3 ? 1 : 0;
  }
}
