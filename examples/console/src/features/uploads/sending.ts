"use client";

import type { RemoteClient } from "@crm-engine/client";
import type { BatchKind } from "@crm-engine/core";
import { useSyncExternalStore } from "react";
import { hasRemoteCode } from "@/api/errors/has-remote-code";
import { watchSending } from "@/api/tell-sent";
import type { FileFormat } from "./file/file-format";
import { warnWhile } from "./warn-while";

/** What is to be sent. */
export interface ReadyFile {
  readonly kind: BatchKind;
  readonly file: File;
  readonly format: FileFormat;
  readonly map?: string | undefined;
}

export interface Sending extends ReadyFile {
  /** Also its idempotency key, which it keeps however often it is sent. */
  readonly id: string;
  readonly state: "sending" | "queued" | "failed" | "stopped";
  readonly sentBytes: number;
  readonly received?: number;
  readonly batchId?: string;
  readonly error?: unknown;
  /** The engine still holds the sending before this one, which was cut. */
  readonly waits?: boolean;
}

/** Of this tab, whatever page it shows; a reload ends what is being sent, and the list of uploads tells what became of it. */
let sendings: readonly Sending[] = [];
const stops = new Map<string, AbortController>();
const listeners = new Set<() => void>();
const NONE: readonly Sending[] = [];

export function useSendings(): readonly Sending[] {
  return useSyncExternalStore(
    (listen) => {
      listeners.add(listen);
      return () => listeners.delete(listen);
    },
    () => sendings,
    () => NONE,
  );
}

export function startSending(engine: RemoteClient, ready: ReadyFile): void {
  const sending: Sending = { ...ready, id: crypto.randomUUID(), state: "sending", sentBytes: 0 };
  put([sending, ...sendings]);
  void send(engine, sending);
}

/** The same file under the same key: whatever came through before is not done twice. */
export function sendAgain(engine: RemoteClient, id: string): void {
  const sending = sendings.find((one) => one.id === id);
  if (sending === undefined || sending.state === "sending") return;
  const anew: Sending = { ...sending, state: "sending", sentBytes: 0, error: undefined };
  change(id, anew);
  void send(engine, anew);
}

export function stopSending(id: string): void {
  stops.get(id)?.abort(new DOMException("Stopped", "AbortError"));
}

export function forgetSending(id: string): void {
  put(sendings.filter((one) => one.id !== id));
}

/** A process that died holds its key for 30 s. */
const HELD_TRIES = 10;
const HELD_MS = 4_000;

async function send(engine: RemoteClient, { id, kind, file, format, map }: Sending): Promise<void> {
  const stop = new AbortController();
  stops.set(id, stop);
  watchSending(file, (sentBytes) => change(id, { sentBytes }));
  try {
    const options = { ...format, idempotencyKey: id, signal: stop.signal, ...(map === undefined ? {} : { map }) };
    const { batchId, received } = await whileHeld(id, stop.signal, () => engine.ingest.stream(kind, file, options));
    change(id, { state: "queued", batchId, received });
  } catch (error) {
    change(id, stop.signal.aborted ? { state: "stopped" } : { state: "failed", error });
  } finally {
    stops.delete(id);
  }
}

async function whileHeld<T>(id: string, signal: AbortSignal, sends: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await sends();
    } catch (error) {
      if (!hasRemoteCode(error, "conflict") || tries === HELD_TRIES) throw error;
      change(id, { waits: true });
      await pause(HELD_MS, signal);
      signal.throwIfAborted();
      change(id, { waits: false });
    }
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

function change(id: string, what: Partial<Sending>): void {
  put(sendings.map((one) => (one.id === id ? { ...one, ...what } : one)));
}

function put(next: readonly Sending[]): void {
  sendings = next;
  warnWhile(
    "sendings",
    next.some(({ state }) => state === "sending"),
  );
  for (const listen of listeners) listen();
}
