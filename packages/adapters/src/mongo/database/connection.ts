import { CrmError } from "@crm-engine/core/ports";
import { type DbOptions, MongoClient, type MongoClientOptions, ReadConcern } from "mongodb";
import { type Collections, collectionsOf } from "../schema/collections.js";
import { ensureIndexes } from "../schema/indexes.js";
import { toCrmError } from "./errors.js";
import { ensureLayout } from "./layout.js";

export interface ConnectionOptions {
  readonly url?: string;
  readonly client?: MongoClient;
  readonly database?: string;
  readonly namespace: string;
}

/** The one way from the store's nouns to the server. */
export interface Connection {
  /** Runs work on the collections; the first connects, checks the layout and makes the indexes. Driver errors become CrmErrors. */
  use<T>(work: (collections: Collections, client: MongoClient) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/**
 * A server that can't be reached, or falls silent, is given up within 2 s, the driver's own retry included; one that is alive but
 * never answers a command, such as one whose disk hangs, after the longest time that a statement may take. Settings in the URL take
 * precedence.
 */
const TIMEOUTS = {
  serverSelectionTimeoutMS: 800,
  connectTimeoutMS: 700,
  heartbeatFrequencyMS: 500,
  socketTimeoutMS: 120_000,
} as const satisfies MongoClientOptions;

const MAJORITY_TIMEOUT_MS = 2_000;

/**
 * Every write is in a majority's journals before it settles, and only such writes are read; numbers come back as numbers. This
 * holds whatever the options of a client are, except for how long it waits for a majority.
 */
const databaseOptions = ({ options }: MongoClient): DbOptions => ({
  writeConcern: { w: "majority", journal: true, wtimeoutMS: options.writeConcern?.wtimeoutMS ?? MAJORITY_TIMEOUT_MS },
  readConcern: new ReadConcern("majority"),
  readPreference: "primary",
  promoteValues: true,
  promoteLongs: true,
  useBigInt64: false,
  ignoreUndefined: false,
});

const DEFAULT_DATABASE = "crm";

interface Opened {
  readonly client: MongoClient;
  readonly collections: Collections;
}

export function createConnection(options: ConnectionOptions): Connection {
  const underWay = new Set<Promise<unknown>>();
  let opening: Promise<Opened> | undefined;
  let closing: Promise<void> | undefined;

  const opened = (): Promise<Opened> => {
    opening ??= open(options).catch((error: unknown) => {
      opening = undefined;
      throw error;
    });
    return opening;
  };
  const close = async (): Promise<void> => {
    await Promise.allSettled(underWay);
    const open = await opening?.catch(() => undefined);
    if (options.client === undefined) await open?.client.close();
  };

  return {
    use: async (work) => {
      if (closing) throw new CrmError("closed", "The store is closed.");
      const running = opened().then(({ collections, client }) =>
        settledWithin(2 * client.options.socketTimeoutMS, work(collections, client)),
      );
      underWay.add(running);
      try {
        return await running;
      } catch (error) {
        throw toCrmError(error);
      } finally {
        underWay.delete(running);
      }
    },
    close: () => {
      closing ??= close();
      return closing;
    },
  };
}

async function open({ url, client: given, database, namespace }: ConnectionOptions): Promise<Opened> {
  const client = given ?? clientFor(url ?? "");
  try {
    await client.connect();
    const db = client.db(database ?? databaseIn(url) ?? DEFAULT_DATABASE, databaseOptions(client));
    const collections = collectionsOf(db, namespace);
    await ensureLayout(collections);
    await ensureIndexes(db, collections);
    return { client, collections };
  } catch (error) {
    if (given === undefined) await client.close();
    throw error;
  }
}

/**
 * As the work settles, or `unavailable` when the time is up: the driver waits for ever where a connection ends, or is given up, while a
 * command of more than a buffer is being written. 0 is no limit.
 */
async function settledWithin<T>(limitMs: number, work: Promise<T>): Promise<T> {
  if (limitMs === 0) return work;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new CrmError("unavailable", `MongoDB did not do it within ${limitMs} ms.`)), limitMs);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

/** Does no I/O. */
export function clientFor(url: string): MongoClient {
  const timeouts = Object.entries(TIMEOUTS).filter(([name]) => !new RegExp(`[?&]${name}=`, "i").test(url));
  try {
    return new MongoClient(url, Object.fromEntries(timeouts));
  } catch (cause) {
    throw new CrmError("invalid", `The URL is not one for MongoDB: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    });
  }
}

/** The database that a URL names: `mongodb://host/NAME?…`. */
function databaseIn(url: string | undefined): string | undefined {
  const name = /^mongodb(?:\+srv)?:\/\/[^/]+\/([^?]+)/.exec(url ?? "")?.[1];
  return name === undefined ? undefined : decodeURIComponent(name);
}
