import { CrmError } from "@crm-engine/core/ports";
import { Redis, type RedisOptions } from "ioredis";
import { queueClosed } from "../brokers/gate.js";

/** How long a call waits for the first connection, and for a lost one to come back: with SILENCE_MS, under 2 s. */
const CONNECT_MS = 1_900;
const RECONNECT_MS = 600;
/** A connection that leaves commands unanswered for so long is dead: they are rejected, and it is opened anew. */
const SILENCE_MS = 1_300;

/** One connection that comes back by itself, opened by its first use. */
export interface RedisLink {
  /** Runs commands; whatever keeps them from their answer is `unavailable`, and nothing is sent twice. */
  use<T>(work: (client: Redis) => Promise<T>): Promise<T>;
  /** What the server calls the connection, while there is one. */
  readonly clientId: number | undefined;
  close(): void;
}

/** A URL, or the user's client, whose options are copied and which is itself neither used nor closed. */
export type RedisSource = { readonly url: string } | { readonly client: Redis };

export function createRedisLink(source: RedisSource, blockMs = 0): RedisLink {
  const options = {
    lazyConnect: true,
    protocol: 2,
    // A command that got no answer is rejected, never sent again: the caller knows whether repeating it is safe.
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    enableOfflineQueue: false,
    connectTimeout: CONNECT_MS,
    socketTimeout: SILENCE_MS + blockMs,
    retryStrategy: (failures) => Math.min(1_000, 50 * 2 ** (failures - 1)) * (0.5 + Math.random() / 2),
    reconnectOnError: (error) => error.message.startsWith("READONLY"),
  } as const satisfies RedisOptions;
  let client: Redis | undefined;
  let connecting: Promise<void> | undefined;
  let lastError: unknown;
  let clientId: number | undefined;
  let closed = false;

  const open = () => {
    const opened = "client" in source ? source.client.duplicate(options) : new Redis(source.url, options);
    opened.on("error", (error) => {
      lastError = error;
    });
    opened.on("close", () => {
      clientId = undefined;
    });
    opened.on("ready", () => {
      opened.client("ID").then(
        (id) => {
          clientId = id;
        },
        () => undefined,
      );
    });
    return opened;
  };
  const ready = async (): Promise<Redis> => {
    if (closed) throw queueClosed();
    // A driver that gave up, as one does whose Sentinels are all away, never tries again.
    if (client === undefined || client.status === "end") client = open();
    if (client.status === "ready") return client;
    connecting ??= becomesReady(client).finally(() => {
      connecting = undefined;
    });
    await connecting;
    return client;
  };

  return {
    async use(work) {
      try {
        return await work(await ready());
      } catch (error) {
        if (error instanceof CrmError) throw error;
        if (closed) throw queueClosed();
        throw unavailable(error instanceof NotReady ? lastError : error);
      }
    },
    get clientId() {
      return clientId;
    },
    close() {
      closed = true;
      client?.disconnect();
    },
  };
}

class NotReady extends Error {}

function becomesReady(client: Redis): Promise<void> {
  const first = client.status === "wait";
  if (first) client.connect().catch(() => undefined);
  return new Promise((resolve, reject) => {
    const settle = (action: () => void) => () => {
      clearTimeout(timer);
      client.off("ready", onReady);
      client.off("end", onEnd);
      action();
    };
    const onReady = settle(resolve);
    const onEnd = settle(() => reject(new NotReady()));
    const timer = setTimeout(onEnd, first ? CONNECT_MS : RECONNECT_MS);
    client.on("ready", onReady);
    client.on("end", onEnd);
  });
}

/** Why the server takes no writes, where its error says that its memory is full. */
export function fullReason(error: unknown): string | undefined {
  if (!(error instanceof Error && error.message.startsWith("OOM"))) return undefined;
  return "Redis is full (its maxmemory is reached): it takes messages again when some are consumed, or maxmemory is raised.";
}

function unavailable(cause: unknown): CrmError {
  const full = fullReason(cause);
  if (full !== undefined) return new CrmError("unavailable", full, { cause });
  const why = cause instanceof Error && cause.message ? `: ${cause.message}` : "";
  return new CrmError("unavailable", `Redis is unavailable${why}`, { cause });
}
