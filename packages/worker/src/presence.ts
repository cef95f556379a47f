import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import type { Engine } from "@crm-engine/core";
import { BEAT_EVERY_MS, type ProcessReport } from "@crm-engine/core/ports";

export interface PresenceOptions {
  readonly role: ProcessReport["role"];
  /** What the process does now; nothing. */
  readonly doing?: () => ProcessReport["doing"];
}

export interface Presence {
  /** Says that the process has ended, for at most a second. Idempotent. */
  close(): Promise<void>;
}

const LAST_WORD_MS = 1_000;

/**
 * Says every three seconds that this process is alive, in the store, until it is closed. Settles with the first word; where the store
 * does not answer, the next one is tried.
 */
export async function startPresence(
  engine: Pick<Engine, "work">,
  { role, doing = () => [] }: PresenceOptions,
): Promise<Presence> {
  const startedAt = performance.now();
  const identity = { id: randomUUID(), role, version: VERSION, host: hostname(), pid: process.pid };
  const stopping = new AbortController();
  const beat = async (ended?: true): Promise<void> => {
    const report = { ...identity, upForMs: performance.now() - startedAt, doing: doing(), ...(ended ? { ended } : {}) };
    await engine.work.beat(report).catch(() => undefined);
  };
  const beatOn = async (): Promise<void> => {
    for (;;) {
      await sleep(BEAT_EVERY_MS, undefined, { signal: stopping.signal, ref: false }).catch(() => undefined);
      if (stopping.signal.aborted) return;
      await beat();
    }
  };
  await beat();
  const beating = beatOn();
  let closing: Promise<void> | undefined;
  const end = async (): Promise<void> => {
    stopping.abort();
    await Promise.race([beating.then(() => beat(true)), sleep(LAST_WORD_MS, undefined, { ref: false })]);
  };
  return {
    close: () => {
      closing ??= end();
      return closing;
    },
  };
}

const VERSION = (JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as { readonly version: string })
  .version;
