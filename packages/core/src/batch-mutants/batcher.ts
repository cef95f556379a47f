import { CrmError, hasCode } from "../errors.js";

export interface BatcherOptions<T> {
  /** A batch leaves when its weights reach this; it goes beyond only for a single item that weighs more. */
  readonly maxSize: number;
  /** A batch leaves when its first item has waited this long, or as soon after as a flush is free. */
  readonly maxWaitMs: number;
  /** 1 for each item, if absent. */
  readonly weigh?: (item: T) => number;
  /** Flushes at once; 2. */
  readonly maxFlushes?: number;
  /** Settles with an error for each item that failed alone, at the item's place, or with nothing when none did. */
  readonly flush: (items: readonly T[]) => Promise<readonly (Error | undefined)[] | undefined>;
}

export interface Batcher<T> {
  /**
   * Settles when the item's own batch was flushed, with the item's own outcome. A flush that rejects as `unavailable` or `closed`
   * rejects the whole batch; one that rejects otherwise is halved and flushed again, until the item at fault is alone and only it
   * rejects. So a flush must be safe to repeat.
   */
  add(item: T): Promise<void>;
  /** Flushes what waits, at once, and settles when every item is settled. Items added later reject as `closed`. Idempotent. */
  close(): Promise<void>;
}

interface Entry<T> {
  readonly item: T;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Collects items into batches by size or time, whichever comes first. Items leave in the order in which they came. */
export function createBatcher<T>({ maxSize, maxWaitMs, weigh = () => 1, maxFlushes = 2, flush }: BatcherOptions<T>): Batcher<T> {
  const ready: (readonly Entry<T>[])[] = [];
  const whenIdle: (() => void)[] = [];
  let filling: Entry<T>[] = [];
  let weight = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let overdue = false;
  let flushing = 0;
  let closed = false;

  const cut = (): void => {
    if (filling.length === 0) return;
    ready.push(filling);
    filling = [];
    weight = 0;
    clearTimeout(timer);
    timer = undefined;
    overdue = false;
  };

  const put = (entry: Entry<T>): void => {
    const added = weigh(entry.item);
    if (weight + added > maxSize) cut();
    filling.push(entry);
    weight += added;
    if (weight >= maxSize) cut();
    else timer ??= setTimeout(passTime, maxWaitMs);
    flushReady();
  };

  const passTime = (): void => {
    overdue = true;
    flushReady();
  };

  // An overdue batch goes on filling while every flush is busy: fewer and fuller batches when the work behind is slow.
  const flushReady = (): void => {
    while (flushing < maxFlushes) {
      if (ready.length === 0 && overdue) cut();
      const batch = ready.shift();
      if (!batch) return;
      flushing += 1;
      void flushEntries(batch, flush).then(() => {
        flushing -= 1;
        flushReady();
        if (flushing === 0) for (const settle of whenIdle) settle();
      });
    }
  };

  return {
    add: (item) => {
      if (closed) return Promise.reject(new CrmError("closed", "The batcher is closed."));
      return new Promise((resolve, reject) => {
        put({ item, resolve, reject });
      });
    },
    close: async () => {
      closed = true;
      cut();
      flushReady();
      if (flushing > 0) await new Promise<void>((settle) => whenIdle.push(settle));
    },
  };
}

/** Settles every entry; never rejects. */
async function flushEntries<T>(entries: readonly Entry<T>[], flush: BatcherOptions<T>["flush"]): Promise<void> {
  try {
    const outcomes = await flush(entries.map((entry) => entry.item));
    for (const [index, entry] of entries.entries()) {
      const failure = outcomes?.[index];
      if (failure) entry.reject(failure);
      else entry.resolve();
    }
  } catch (error) {
    if ( hasCode(error, "unavailable") || hasCode(error, "closed")) {
      for (const entry of entries) entry.reject(error);
      return;
    }
    const middle = Math.ceil(entries.length / 2);
    await flushEntries(entries.slice(0, middle), flush);
    await flushEntries(entries.slice(middle), flush);
  }
}
