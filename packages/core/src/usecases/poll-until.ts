import { sleep } from "./sleep.js";

const POLL_MS = 100;

/** Looks until what it sees is over. At the signal it rejects with the signal's reason. */
export async function pollUntil<T>(
  look: () => Promise<T>,
  isOver: (seen: T) => boolean,
  { signal, onProgress }: { readonly signal?: AbortSignal; readonly onProgress?: (seen: T) => void } = {},
): Promise<T> {
  for (;;) {
    const seen = await look();
    onProgress?.(seen);
    if (isOver(seen)) return seen;
    await sleep(POLL_MS, signal);
    signal?.throwIfAborted();
  }
}
