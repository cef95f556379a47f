/** Work in progress that several callers wait for. */
interface Run<T> {
  readonly answer: Promise<T>;
  readonly stop: AbortController;
  waiting: number;
}

/** Work that is shared by key: calls for the key of a run that is under way wait for its answer too. */
export class SharedRuns<T> {
  readonly #runs = new Map<string, Run<T>>();

  /**
   * Joins the run of this key, or begins it. At the signal only this caller gives up, with the signal's reason; when every caller
   * has, the work is stopped.
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
