import { setTimeout as pause } from "node:timers/promises";
import { type BsonDocument, compareValues, type StoredDocument } from "./bson-values.fixture.js";
import type { Documents } from "./pipeline.fixture.js";
import { CODES } from "./vocabulary.fixture.js";

/** A collection as the primary has it, and as the majority does. */
export interface ModelCollection {
  readonly local: ReadonlyMap<string, StoredDocument>;
  readonly indexes: Map<string, BsonDocument>;
  isMade: boolean;
  /** What the majority has, by id; the same array until that changes. */
  committed(): Documents;
  /** Undefined deletes. Returns at once: the majority follows. */
  write(id: string, document: StoredDocument | undefined): void;
}

export interface ReplicaSet {
  /** Created on first use. */
  collection(database: string, name: string): ModelCollection;
  /**
   * Settles when the majority has everything that the primary had by then, with an error if that takes too long: what was
   * written stays, all the same.
   */
  acknowledged(timeoutMs: number): Promise<BsonDocument | undefined>;
  /** Stops or resumes replication to the majority. */
  freeze(frozen: boolean): void;
}

interface Shipment {
  readonly majority: Map<string, StoredDocument>;
  readonly changed: () => void;
  readonly id: string;
  readonly document: StoredDocument | undefined;
}

/** One primary and a majority that is some milliseconds behind, drawn anew for each shipment of writes. */
export function createReplicaSet(lagMs: () => number): ReplicaSet {
  const collections = new Map<string, ModelCollection>();
  const queue: Shipment[] = [];
  let waiting: { readonly place: number; readonly resolve: () => void }[] = [];
  let [written, committed] = [0, 0];
  let [isFrozen, isShipping] = [false, false];

  const ship = async (): Promise<void> => {
    if (isShipping) return;
    isShipping = true;
    while (queue.length > 0 && !isFrozen) {
      const lag = lagMs();
      if (lag > 0) await pause(lag);
      if (isFrozen) break;
      for (const { majority, changed, id, document } of queue.splice(0)) {
        if (document) majority.set(id, document);
        else majority.delete(id);
        changed();
        committed += 1;
      }
      for (const { place, resolve } of waiting) if (place <= committed) resolve();
      waiting = waiting.filter(({ place }) => place > committed);
    }
    isShipping = false;
  };

  const createCollection = (): ModelCollection => {
    const [local, majority] = [new Map<string, StoredDocument>(), new Map<string, StoredDocument>()];
    let sorted: Documents | undefined;
    const changed = () => {
      sorted = undefined;
    };
    return {
      local,
      indexes: new Map(),
      isMade: false,
      committed: () => {
        sorted ??= [...majority.values()].sort((a, b) => compareValues(a._id, b._id));
        return sorted;
      },
      write: (id, document) => {
        if (document) local.set(id, document);
        else local.delete(id);
        written += 1;
        queue.push({ majority, changed, id, document });
        void ship();
      },
    };
  };

  return {
    collection: (database, name) => {
      const key = `${database}.${name}`;
      const collection = collections.get(key) ?? createCollection();
      collections.set(key, collection);
      return collection;
    },
    acknowledged: async (timeoutMs) => {
      const place = written;
      if (place <= committed) return undefined;
      const timer = new AbortController();
      const done = new Promise<undefined>((resolve) => waiting.push({ place, resolve: () => resolve(undefined) }));
      const late = pause(timeoutMs, LATE, { signal: timer.signal }).catch(() => undefined);
      return Promise.race([done, late]).finally(() => timer.abort());
    },
    freeze: (frozen) => {
      isFrozen = frozen;
      void ship();
    },
  };
}

const LATE: BsonDocument = {
  code: CODES.writeConcernFailed,
  codeName: "WriteConcernFailed",
  errmsg: "waiting for replication timed out",
};
