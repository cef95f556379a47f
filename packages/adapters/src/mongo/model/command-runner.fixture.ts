import { type Document, MongoServerError } from "mongodb";
import { ADMIN_COMMANDS, DRIVER_COMMANDS } from "./admin-commands.fixture.js";
import { MAX_DOCUMENT_BYTES } from "./apply-update.fixture.js";
import type { BsonDocument } from "./bson-values.fixture.js";
import { type CommandContext, READ_COMMANDS } from "./read-commands.fixture.js";
import { OutsideVocabulary, operatorOf } from "./vocabulary.fixture.js";
import type { Command } from "./wire.fixture.js";
import { WRITE_COMMANDS } from "./write-commands.fixture.js";

/** What the store may ask for, besides `hello`, with which every connection begins. */
export const STORE_COMMANDS = { ...READ_COMMANDS, ...WRITE_COMMANDS, ...ADMIN_COMMANDS };
const COMMANDS = { ...STORE_COMMANDS, ...DRIVER_COMMANDS };
const DRIVER_FIELDS: ReadonlySet<string> = new Set(["$db", "lsid", "txnNumber"]);
const UNKNOWN_ERROR = 8;

export interface CommandRunner {
  /** Settles with the reply, which may be that the command failed. */
  run(command: Command): Promise<Document>;
  /** What was asked for that is not in the vocabulary, or that the model itself failed at. */
  readonly outside: readonly string[];
}

/**
 * Runs commands, each at one time of the server's clock. A write that the driver sends again is known by its session and number,
 * and not done again, unless the server is forgetful.
 */
export function createCommandRunner(server: Omit<CommandContext, "database" | "now">, isForgetful: boolean): CommandRunner {
  const outside: string[] = [];
  const replies = new Map<string, Promise<Document>>();

  const runOnce = async ({ name, body }: Command): Promise<Document> => {
    if (name === "hello" || name === "ismaster") return hello();
    const fields = Object.entries(body).filter(([field]) => !DRIVER_FIELDS.has(field));
    const context = { ...server, database: String(body.$db), now: new Date() };
    try {
      const reply = await operatorOf(COMMANDS, "command", name)(Object.fromEntries(fields) as BsonDocument, context);
      return { ok: 1, ...reply };
    } catch (error) {
      if (error instanceof MongoServerError) return failure(Number(error.code), error.message);
      outside.push(error instanceof OutsideVocabulary ? error.message : String(error));
      return failure(UNKNOWN_ERROR, String(error));
    }
  };

  return {
    outside,
    run: (command) => {
      const { lsid, txnNumber } = command.body;
      if (txnNumber === undefined || isForgetful) return runOnce(command);
      const key = `${lsid.id.toString("hex")} ${txnNumber}`;
      const reply = replies.get(key) ?? runOnce(command);
      replies.set(key, reply);
      return reply;
    },
  };
}

export function failure(code: number, errmsg: string): Document {
  return { ok: 0, code, errmsg };
}

/** A primary of MongoDB 8.0 that can repeat writes. */
function hello(): Document {
  return {
    ok: 1,
    helloOk: true,
    isWritablePrimary: true,
    ismaster: true,
    setName: "model",
    hosts: ["127.0.0.1"],
    maxBsonObjectSize: MAX_DOCUMENT_BYTES,
    maxMessageSizeBytes: 48_000_000,
    maxWriteBatchSize: 100_000,
    logicalSessionTimeoutMinutes: 30,
    minWireVersion: 0,
    maxWireVersion: 25,
    localTime: new Date(),
  };
}
