import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { setTimeout as pause, setImmediate as tick } from "node:timers/promises";
import { type Document, MongoClient, type MongoClientOptions, MongoServerError } from "mongodb";
import { ADMIN_COMMANDS, DRIVER_COMMANDS } from "./admin-commands.fixture.js";
import { MAX_DOCUMENT_BYTES } from "./apply-update.fixture.js";
import type { BsonDocument } from "./bson-values.fixture.js";
import { READ_COMMANDS } from "./read-commands.fixture.js";
import { createReplicaSet } from "./replica-set.fixture.js";
import { CODES, OutsideVocabulary, operatorOf } from "./vocabulary.fixture.js";
import { type Command, createMessageReader, encodeReply, readCommand } from "./wire.fixture.js";
import { WRITE_COMMANDS } from "./write-commands.fixture.js";

/** What becomes of a command: lost on its way, done with its reply lost, never answered, or refused. */
export type Fate = "done" | "lost" | "reply lost" | "stalled" | { readonly code: number; readonly errmsg: string };

export interface ModelOptions {
  /** How far the majority is behind the primary, drawn anew for each shipment of writes; 0. */
  readonly lagMs?: () => number;
  /** Runs between two documents of a write, and between two stages of a pipeline: whatever others may do there. */
  readonly between?: () => Promise<unknown>;
  /** Documents that an update of many leaves out, as a cluster may while it moves chunks. */
  readonly misses?: (id: string) => boolean;
  /** Without replication, as a single server is: the driver does not repeat writes there. */
  readonly standalone?: boolean;
  /** Whether it does a write again that a driver, having seen no reply, sends again, as some do that imitate MongoDB. */
  readonly forgetful?: boolean;
  readonly fateOf?: (command: Command) => Fate;
}

export interface MongoModel {
  readonly url: string;
  /** What was asked for that the store's vocabulary lacks: a test that leaves any has failed. */
  readonly outside: readonly string[];
  /** A client that finds its way back at once. */
  client(options?: MongoClientOptions): MongoClient;
  /** Whether the majority stands still. */
  freeze(frozen: boolean): void;
  close(): Promise<void>;
}

/** What the store may ask for, besides `hello`, with which every connection begins. */
export const STORE_COMMANDS = { ...READ_COMMANDS, ...WRITE_COMMANDS, ...ADMIN_COMMANDS };
const COMMANDS = { ...STORE_COMMANDS, ...DRIVER_COMMANDS };
const DRIVER_FIELDS = new Set(["$db", "lsid", "txnNumber", "$clusterTime"]);

/**
 * A MongoDB that lives within a test: a primary and its majority, on a port of their own, for the driver as it is. It knows the
 * commands, stages and operators that the store uses, by the manual, and refuses any other. Nothing outlives it.
 */
export async function openMongoModel(options: ModelOptions = {}): Promise<MongoModel> {
  const {
    lagMs = () => 0,
    between = async () => undefined,
    misses = () => false,
    standalone = false,
    forgetful = false,
    fateOf = () => "done",
  } = options;
  const set = createReplicaSet(lagMs);
  const outside: string[] = [];
  /** Writes by session and number: one that comes again is not done again. */
  const done = new Map<string, Promise<Document>>();
  const run = async ({ name, body }: Command): Promise<Document> => {
    if (name === "hello" || name === "ismaster") return hello(standalone);
    const fields = Object.entries(body).filter(([field]) => !DRIVER_FIELDS.has(field));
    const context = { set, database: String(body.$db), now: new Date(), isStandalone: standalone, between, misses };
    try {
      const reply = await operatorOf(COMMANDS, "command", name)(Object.fromEntries(fields) as BsonDocument, context);
      return { ok: 1, ...reply };
    } catch (error) {
      if (error instanceof OutsideVocabulary) outside.push(error.message);
      else if (!(error instanceof MongoServerError)) outside.push(String(error));
      return failure(error instanceof MongoServerError ? Number(error.code) : UNKNOWN_ERROR, String(error));
    }
  };

  const runOnce = (command: Command): Promise<Document> => {
    const { lsid, txnNumber } = command.body;
    if (txnNumber === undefined || forgetful) return run(command);
    const key = `${lsid.id.toString("hex")} ${txnNumber}`;
    const reply = done.get(key) ?? run(command);
    done.set(key, reply);
    return reply;
  };

  const answer = async (command: Command, socket: Socket): Promise<void> => {
    const fate = HANDSHAKES.has(command.name) ? "done" : fateOf(command);
    if (fate === "lost") return void socket.destroy();
    if (fate === "stalled") return stall(command, socket);
    const reply = typeof fate === "object" ? failure(fate.code, fate.errmsg) : await runOnce(command);
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

/** Now and then lets others come in between. */
export async function sometimesYield(): Promise<void> {
  if (Math.random() < 0.3) await tick();
}

/** A lost connection is made anew without the pause that the driver keeps for real servers. */
export const QUICK: MongoClientOptions = {
  heartbeatFrequencyMS: 20,
  minHeartbeatFrequencyMS: 5,
  serverSelectionTimeoutMS: 2_000,
};

const HANDSHAKES: ReadonlySet<string> = new Set(["hello", "ismaster", "ping", "endSessions"]);
const UNKNOWN_ERROR = 8;

function hello(isStandalone: boolean): Document {
  return {
    ok: 1,
    helloOk: true,
    isWritablePrimary: true,
    ismaster: true,
    maxBsonObjectSize: MAX_DOCUMENT_BYTES,
    maxMessageSizeBytes: 48_000_000,
    maxWriteBatchSize: 100_000,
    minWireVersion: 0,
    maxWireVersion: 25,
    localTime: new Date(),
    ...(isStandalone ? {} : { setName: "model", secondary: false, hosts: ["127.0.0.1"], logicalSessionTimeoutMinutes: 30 }),
  };
}

function failure(code: number, errmsg: string): Document {
  return { ok: 0, code, errmsg };
}

/** As a server does whose disk hangs: it may still notice that the command's own time is up. */
async function stall(command: Command, socket: Socket): Promise<void> {
  const { maxTimeMS } = command.body;
  if (typeof maxTimeMS !== "number") return;
  await pause(maxTimeMS, undefined, { ref: false });
  if (!socket.destroyed) socket.write(encodeReply(command, failure(CODES.maxTimeExpired, "operation exceeded time limit")));
}
