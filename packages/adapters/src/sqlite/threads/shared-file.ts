import { resolve } from "node:path";
import type { Synchronous } from "../database/connection.js";
import { DatabaseThread } from "./database-thread.js";

/** The threads of a file, shared by all who use it in this process. */
export interface SharedFile {
  readonly writer: DatabaseThread;
  readonly reader: DatabaseThread;
  /** For reads that may take long, so that short ones don't wait for them. */
  readonly scanner: DatabaseThread;
  /** For those that take longest. */
  readonly surveyor: DatabaseThread;
  /** By namespace: settles when its tables are there. Done once for all who use it. */
  readonly layouts: Map<string, Promise<unknown>>;
  /** Called when this process has published, by namespace and topic. */
  readonly listeners: Map<string, Set<() => void>>;
}

interface Entry {
  readonly file: SharedFile;
  users: number;
}

const open = new Map<string, Entry>();

export interface FileLease {
  readonly file: SharedFile;
  /** The last release closes the threads, the writer last, so that its close checkpoints the write-ahead log completely. */
  release(): Promise<void>;
}

export function leaseFile(path: string, synchronous: Synchronous): FileLease {
  const resolved = resolve(path);
  const key = `${synchronous} ${resolved}`;
  const entry = open.get(key) ?? { file: createFile(resolved, synchronous), users: 0 };
  open.set(key, entry);
  entry.users += 1;
  return {
    file: entry.file,
    release: async () => {
      entry.users -= 1;
      if (entry.users > 0) return;
      open.delete(key);
      const { reader, scanner, surveyor } = entry.file;
      await Promise.all([reader, scanner, surveyor].map((thread) => thread.close()));
      await entry.file.writer.close();
    },
  };
}

function createFile(file: string, synchronous: Synchronous): SharedFile {
  return {
    writer: new DatabaseThread({ role: "writer", file, synchronous }),
    reader: new DatabaseThread({ role: "reader", file, synchronous }),
    scanner: new DatabaseThread({ role: "reader", file, synchronous }),
    surveyor: new DatabaseThread({ role: "reader", file, synchronous }),
    layouts: new Map(),
    listeners: new Map(),
  };
}
