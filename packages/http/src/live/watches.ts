import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { hasCode, type Logger } from "@crm-engine/core";
import { faultOf } from "../middleware/request-log.js";

/** What a look finds. */
export interface Sight {
  readonly state: object;
  /** Nothing will change any more. */
  readonly done: boolean;
}

export interface Shown {
  /** The same for the same state, whichever process shows it. */
  readonly id: string;
  readonly data: string;
  readonly done: boolean;
}

/** One who looks on. What is shown between two looks of theirs they don't see: the latest stands for all. */
export interface Onlooker {
  readonly shown: Shown;
  /** Why no more will be shown. */
  readonly fault: unknown;
  /** True at the next change, at a fault, or when the signal aborts; false when nothing of that came for so long. */
  changes(signal: AbortSignal, maxWaitMs: number): Promise<boolean>;
  /** The last to leave ends the looking. Idempotent. */
  leave(): void;
}

export interface Watching {
  /** Names what is watched; all who watch it share one look. */
  readonly key: string;
  readonly everyMs: number;
  readonly look: () => Promise<Sight>;
}

interface Watch {
  readonly first: Promise<void>;
  readonly over: AbortController;
  readonly onlookers: Set<object>;
  readonly waiting: Set<() => void>;
  shown?: Shown;
  fault?: unknown;
}

/** Looks at what people watch: once for all in this process who watch the same, and for as long as somebody does. */
export class Watches {
  readonly #logger: Logger;
  readonly #watches = new Map<string, Watch>();

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /** Settles when the first look is done; rejects as it does. */
  async join(watching: Watching): Promise<Onlooker> {
    const watch = this.#watches.get(watching.key) ?? this.#begin(watching);
    const self = {};
    watch.onlookers.add(self);
    const leave = (): void => {
      watch.onlookers.delete(self);
      if (watch.onlookers.size === 0) this.#end(watching.key, watch);
    };
    try {
      await watch.first;
    } catch (error) {
      leave();
      throw error;
    }
    const { shown } = watch;
    if (!shown) throw watch.fault;
    return {
      get shown() {
        return watch.shown ?? shown;
      },
      get fault() {
        return watch.fault;
      },
      changes: (signal, maxWaitMs) => nextChange(watch, signal, maxWaitMs),
      leave,
    };
  }

  #begin({ key, everyMs, look }: Watching): Watch {
    const over = new AbortController();
    const watch: Watch = { first: look().then((sight) => show(watch, sight)), over, onlookers: new Set(), waiting: new Set() };
    this.#watches.set(key, watch);
    watch.first.then(() => this.#goOn(watch, { key, everyMs, look })).catch(() => this.#end(key, watch));
    return watch;
  }

  async #goOn(watch: Watch, { key, everyMs, look }: Watching): Promise<void> {
    let isAway = false;
    while (!watch.shown?.done && !watch.over.signal.aborted) {
      await sleep(everyMs, undefined, { signal: watch.over.signal }).catch(() => undefined);
      if (watch.over.signal.aborted) return;
      try {
        show(watch, await look());
        isAway = false;
      } catch (error) {
        const isNews = !isAway;
        isAway = hasCode(error, "unavailable");
        if (isNews) this.#logger.error({ error: faultOf(error) }, isAway ? "watching waits for the store" : "watching ended");
        if (isAway) continue;
        watch.fault = error;
        wake(watch);
        break;
      }
    }
    this.#end(key, watch);
  }

  #end(key: string, watch: Watch): void {
    watch.over.abort();
    if (this.#watches.get(key) === watch) this.#watches.delete(key);
  }
}

function show(watch: Watch, { state, done }: Sight): void {
  const data = JSON.stringify(state);
  const id = createHash("sha256").update(`${done} ${data}`).digest("base64url").slice(0, 22);
  if (watch.shown?.id === id) return;
  watch.shown = { id, data, done };
  wake(watch);
}

function wake({ waiting }: Watch): void {
  for (const settle of [...waiting]) settle();
}

function nextChange({ waiting }: Watch, signal: AbortSignal, maxWaitMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const settle = (hasChanged: boolean): void => {
      clearTimeout(timer);
      waiting.delete(change);
      signal.removeEventListener("abort", change);
      resolve(hasChanged);
    };
    const change = (): void => settle(true);
    const timer = setTimeout(() => settle(false), maxWaitMs);
    waiting.add(change);
    signal.addEventListener("abort", change);
    if (signal.aborted) change();
  });
}
