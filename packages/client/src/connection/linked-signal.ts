export interface LinkedSignal {
  readonly signal: AbortSignal;
  /** Lets go of all that it listens to. Idempotent. */
  release(): void;
}

/** Aborts with the first of the signals, and its reason; or after a time, with what `late` says. */
export function linkedSignal(
  signals: readonly (AbortSignal | undefined)[],
  timeout?: { readonly ms: number; readonly late: () => Error },
): LinkedSignal {
  const controller = new AbortController();
  const given = signals.filter((signal) => signal !== undefined);
  const abort = (): void => controller.abort(given.find(({ aborted }) => aborted)?.reason);
  for (const signal of given) signal.addEventListener("abort", abort);
  if (given.some(({ aborted }) => aborted)) abort();
  const timer = timeout && setTimeout(() => controller.abort(timeout.late()), timeout.ms);
  return {
    signal: controller.signal,
    release: () => {
      clearTimeout(timer);
      for (const signal of given) signal.removeEventListener("abort", abort);
    },
  };
}

/** Rejects with the signal's reason as soon as it aborts. */
export function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", settle);
      if (signal.aborted) reject(signal.reason);
      else resolve();
    };
    const timer = setTimeout(settle, ms);
    signal.addEventListener("abort", settle);
    if (signal.aborted) settle();
  });
}
