/** Work in progress that several callers wait for. */
interface Run<T> {
  readonly answer: Promise<T>;
  readonly stop: AbortController;
  waiting: number;
}

/** Runs work by key: who asks for a key whose run is in progress waits for that run. */
export class SharedRuns<T> {
  readonly #runs = new Map<string, Run<T>>();

  /**
   * Joins the run of this key, or starts it. At its signal a caller alone stops waiting, and rejects with the signal's reason;
   * when all callers have, the work is aborted.
   */
  join(key: string, work: (signal: AbortSignal) => Promise<T>, signal?: AbortSignal): Promise<T> {
    if (signal?.aborted) return Promise.reject(signal.reason);
    const run = this.#runs.get(key) ?? this.#begin(key, work);
    run.waiting += 1;
    return new Promise((resolve, reject) => {
      const giveUp = (): void => {
        reject(signal?.reason);
        run.waiting -= 1;
        if (run.waiting > 0) return;
        this.#forget(key, run);
        run.stop.abort(signal?.reason);
      };
      signal?.addEventListener("abort", giveUp, { once: true });
      run.answer.then(resolve, reject).finally(() => signal?.removeEventListener("abort", giveUp));
    });
  }

  #begin(key: string, work: (signal: AbortSignal) => Promise<T>): Run<T> {
    const stop = new AbortController();
    const run: Run<T> = { stop, waiting: 0, answer: work(stop.signal) };
    this.#runs.set(key, run);
    const forget = (): void => this.#forget(key, run);
    run.answer.then(forget, forget);
    return run;
  }

  #forget(key: string, run: Run<T>): void {
    if (this.#runs.get(key) === run) this.#runs.delete(key);
  }
}
