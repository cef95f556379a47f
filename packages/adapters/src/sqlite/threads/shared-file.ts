import { resolve } from "node:path";
import type { Synchronous } from "../database/connection.js";
import { DatabaseThread } from "./database-thread.js";

/** One file's threads: each file has one of each in a process, whoever uses it. */
export interface SharedFile {
  readonly writer: DatabaseThread;
  readonly reader: DatabaseThread;
  /** For reads that may take long, so that no other waits for them. */
  readonly scanner: DatabaseThread;
  /** Settles when a namespace's tables are there; once for all who use it. */
  readonly layouts: Map<string, Promise<unknown>>;
  /** Who wants to know of messages published by this process, by namespace and topic. */
  readonly listeners: Map<string, Set<() => void>>;
}

interface Entry {
  readonly file: SharedFile;
  users: number;
}

const open = new Map<string, Entry>();

export interface FileLease {
  readonly file: SharedFile;
  /** The last one closes the threads, the writer last: its close then leaves nothing in the write-ahead log. */
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
      await Promise.all([entry.file.reader.close(), entry.file.scanner.close()]);
      await entry.file.writer.close();
    },
  };
}

function createFile(file: string, synchronous: Synchronous): SharedFile {
  return {
    writer: new DatabaseThread({ role: "writer", file, synchronous }),
    reader: new DatabaseThread({ role: "reader", file, synchronous }),
    scanner: new DatabaseThread({ role: "reader", file, synchronous }),
    layouts: new Map(),
    listeners: new Map(),
  };
}
