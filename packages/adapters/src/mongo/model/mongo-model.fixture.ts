import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { setImmediate as tick } from "node:timers/promises";
import { MongoClient, type MongoClientOptions } from "mongodb";
import { createCommandRunner, failure } from "./command-runner.fixture.js";
import { createReplicaSet } from "./replica-set.fixture.js";
import { type Command, createMessageReader, encodeReply, readCommand } from "./wire.fixture.js";

/** What becomes of a command: lost before it arrives, done with its reply lost, never answered, or refused. */
export type Fate = "done" | "lost" | "reply lost" | "stalled" | { readonly code: number; readonly errmsg: string };

export interface ModelOptions {
  /** How far the majority lags behind the primary, drawn anew for each shipment of writes; 0. */
  readonly lagMs?: () => number;
  /** Runs between two documents of a write and between two stages of a pipeline, where a server may yield. */
  readonly between?: () => Promise<unknown>;
  /** Documents that an update of many leaves out, as a cluster may while it moves chunks. */
  readonly misses?: (id: string) => boolean;
  /** Executes a retried write a second time, as some servers do that imitate MongoDB. */
  readonly forgetful?: boolean;
  readonly fateOf?: (command: Command) => Fate;
}

export interface MongoModel {
  readonly url: string;
  /** What was asked for that is not in the store's vocabulary: a test that leaves any has failed. */
  readonly outside: readonly string[];
  /** A client that reconnects at once. */
  client(options?: MongoClientOptions): MongoClient;
  /** Stops or resumes replication to the majority. */
  freeze(frozen: boolean): void;
  close(): Promise<void>;
}

/** Reconnects without the pause that the driver normally keeps between two heartbeats. */
export const QUICK: MongoClientOptions = { minHeartbeatFrequencyMS: 5, serverSelectionTimeoutMS: 2_000 };

const HANDSHAKES: ReadonlySet<string> = new Set(["hello", "ismaster", "ping", "endSessions"]);

/**
 * A MongoDB that lives within a test: a primary and its majority, on a port of their own, for the driver as it is. It knows the
 * commands, stages and operators that the store uses, written from the manual, and refuses all others.
 */
export async function openMongoModel(options: ModelOptions = {}): Promise<MongoModel> {
  const { lagMs = () => 0, between = async () => undefined, misses = () => false, forgetful = false, fateOf } = options;
  const set = createReplicaSet(lagMs);
  const { run, outside } = createCommandRunner({ set, between, misses }, forgetful);

  const answer = async (command: Command, socket: Socket): Promise<void> => {
    const fate = HANDSHAKES.has(command.name) ? "done" : (fateOf?.(command) ?? "done");
    if (fate === "stalled") return;
    if (fate === "lost") return void socket.destroy();
    const reply = typeof fate === "object" ? failure(fate.code, fate.errmsg) : await run(command);
    if (fate === "reply lost") socket.destroy();
    else if (command.wantsReply && !socket.destroyed) socket.write(encodeReply(command, reply));
  };

  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.setNoDelay(true));
    const read = createMessageReader();
    socket.on("data", (chunk) => {
      for (const message of read(chunk)) void answer(readCommand(message), socket);
    });
    socket.on("error", () => undefined);
    socket.on("close", () => sockets.delete(socket));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `mongodb://127.0.0.1:${(server.address() as AddressInfo).port}/?directConnection=true`;

  return {
    url,
    outside,
    client: (clientOptions) => new MongoClient(url, { ...QUICK, ...clientOptions }),
    freeze: set.freeze,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

/** For `between`: yields to other work now and then. */
export async function sometimesYield(): Promise<void> {
  if (Math.random() < 0.3) await tick();
}
