import { CrmError, type ServiceInfo } from "@crm-engine/core/ports";
import type { Synchronous } from "../database/connection.js";
import type { Run } from "./port-of.js";
import { type FileLease, leaseFile, type SharedFile } from "./shared-file.js";

export interface SqliteOptions {
  /** Path of the database file; it and its folder are created if they are missing. */
  readonly file: string;
  /** Prefix of the tables; `crm`. */
  readonly namespace?: string;
  /** `full` (the default) survives a power cut; `normal` may lose the last moments to one, `off` more than that. */
  readonly synchronous?: Synchronous;
}

const THREADS = { read: "reader", scan: "scanner", survey: "surveyor", write: "writer", peek: "writer" } as const;
const NAMESPACE = /^[a-z][a-z0-9_]{0,30}$/i;

/** One user of a file. Calls run on the file's threads; `close` waits for them. */
export interface Session {
  readonly run: Run;
  /** Throws `closed` after `close`. */
  assertOpen(): void;
  /** Calls back whenever this process has published to the topic. Returns the function that stops it. */
  listen(topic: string, listener: () => void): () => void;
  published(topic: string): void;
  info(): Promise<ServiceInfo>;
  close(): Promise<void>;
}

export function createSession({ file, namespace = "crm", synchronous = "full" }: SqliteOptions): Session {
  checkNamespace(namespace);
  if (file === "" || file.startsWith(":"))
    throw new CrmError("invalid", `file: ${JSON.stringify(file)} is not the path of a file`);
  if (!["full", "normal", "off"].includes(synchronous)) throw new CrmError("invalid", "synchronous: may be full, normal or off");
  const inFlight = new Set<Promise<unknown>>();
  let lease: FileLease | undefined;
  let closing: Promise<void> | undefined;

  const shared = (): SharedFile => {
    if (closing) throw new CrmError("closed", "The SQLite store or queue is closed.");
    lease ??= leaseFile(file, synchronous);
    return lease.file;
  };
  const run: Run = async (way, name, args, signal) => {
    const use = shared();
    const thread = use[THREADS[way]];
    thread.start();
    const kind = way === "scan" || way === "survey" ? "read" : way;
    const call = laidOut(use, namespace).then(() => thread.call(kind, namespace, name, args, signal));
    inFlight.add(call);
    try {
      return await call;
    } finally {
      inFlight.delete(call);
    }
  };
  const close = async (): Promise<void> => {
    await Promise.allSettled(inFlight);
    await lease?.release();
  };
  return {
    run,
    assertOpen: () => void shared(),
    listen: (topic, listener) => {
      const { listeners } = shared();
      const key = `${namespace}:${topic}`;
      const set = listeners.get(key) ?? new Set();
      listeners.set(key, set.add(listener));
      return () => set.delete(listener);
    },
    published: (topic) => {
      for (const listener of lease?.file.listeners.get(`${namespace}:${topic}`) ?? []) listener();
    },
    info: async () => ({
      name: "SQLite",
      version: String(await run("read", "layout.version", [])),
      durable: synchronous === "full",
      warnings:
        synchronous === "full"
          ? []
          : [`SQLite runs with synchronous=${synchronous}: a power cut may lose what was accepted last.`],
    }),
    close: () => {
      closing ??= close();
      return closing;
    },
  };
}

function checkNamespace(namespace: string): void {
  if (NAMESPACE.test(namespace)) return;
  throw new CrmError(
    "invalid",
    `namespace ${JSON.stringify(namespace)}: begin with a letter, then at most 30 letters, digits or _`,
  );
}

function laidOut(file: SharedFile, namespace: string): Promise<unknown> {
  const known = file.layouts.get(namespace);
  if (known) return known;
  const layout = file.writer.call("write", namespace, "layout.ensure", []);
  file.layouts.set(namespace, layout);
  layout.catch(() => file.layouts.delete(namespace));
  return layout;
}
