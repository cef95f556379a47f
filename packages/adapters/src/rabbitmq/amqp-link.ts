import { CrmError } from "@crm-engine/core/ports";
import { type Channel, type ChannelModel, connect } from "amqplib";
import { queueClosed } from "../brokers/gate.js";

/** A broker that has not answered for so long is away. Room is left for what else is done within the 2 s of a call. */
export const SILENCE_MS = 1_500;
/** Seconds; a peer that is silent for two of them is dead. */
const HEARTBEAT_S = 5;

/** One connection, opened by its first use and opened anew by the first use after it was lost. */
export interface AmqpLink {
  /** Rejects as `unavailable` within SILENCE_MS. Callers that come while it opens share it. */
  connection(): Promise<ChannelModel>;
  /** Gives a connection up, with all its channels: what is wrong with one of them may be wrong with all. */
  drop(connection: ChannelModel): void;
  close(): Promise<void>;
}

export function createAmqpLink(url: string): AmqpLink {
  const target = withHeartbeat(url);
  let opening: Promise<ChannelModel> | undefined;
  let current: ChannelModel | undefined;
  let closed = false;

  const forget = (lost: ChannelModel) => {
    if (current !== lost) return;
    current = undefined;
    opening = undefined;
  };
  const open = async () => {
    try {
      const connection = await openConnection(target);
      connection.on("close", () => forget(connection));
      current = connection;
      return connection;
    } catch (error) {
      opening = undefined;
      throw error;
    }
  };
  return {
    async connection() {
      if (closed) throw queueClosed();
      opening ??= open();
      return await opening;
    },
    drop(connection) {
      forget(connection);
      void closeQuietly(connection);
    },
    async close() {
      closed = true;
      const connection = await opening?.catch(() => undefined);
      if (connection) await closeQuietly(connection);
    },
  };
}

async function openConnection(url: string): Promise<ChannelModel> {
  const connecting = connect(url, { noDelay: true, keepAlive: true, timeout: SILENCE_MS });
  try {
    const connection = await within(SILENCE_MS, connecting);
    connection.on("error", () => undefined);
    return connection;
  } catch (error) {
    connecting.then(closeQuietly, () => undefined);
    throw error;
  }
}

function withHeartbeat(url: string): string {
  if (!/^amqps?:/.test(url) || !URL.canParse(url)) throw new CrmError("invalid", "url: is not an amqp: or amqps: URL");
  const parsed = new URL(url);
  if (!parsed.searchParams.has("heartbeat")) parsed.searchParams.set("heartbeat", String(HEARTBEAT_S));
  return parsed.href;
}

/** A peer that does not answer the farewell is left to the heartbeat. */
async function closeQuietly(connection: ChannelModel): Promise<void> {
  await within(SILENCE_MS, connection.close()).catch(() => undefined);
}

/** Runs work on a channel of its own, so that an error ends no other. What it left unacknowledged goes back. */
export async function onChannel<T>(connection: ChannelModel, work: (channel: Channel) => Promise<T>): Promise<T> {
  const channel = await within(SILENCE_MS, connection.createChannel());
  let open = true;
  channel.on("error", () => undefined);
  channel.on("close", () => {
    open = false;
  });
  try {
    return await work(channel);
  } catch (error) {
    throw unavailable(error);
  } finally {
    if (open) await within(SILENCE_MS, channel.close()).catch(() => undefined);
  }
}

/** The work's result, or `unavailable` after so long, and for whatever else ails the driver. */
export async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([work, silence]);
  } catch (error) {
    throw unavailable(error);
  } finally {
    clearTimeout(timer);
  }
}

export function unavailable(cause: unknown): CrmError {
  if (cause instanceof CrmError) return cause;
  const why = cause instanceof Error && cause.message ? `: ${cause.message}` : "";
  return new CrmError("unavailable", `RabbitMQ is unavailable${why}`, { cause });
}
