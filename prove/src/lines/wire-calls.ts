import type { Pairing } from "../world/pairings.js";

/** Names the calls whose last byte is in a chunk of what one client writes; those that only read have no name. */
export type ReadCalls = (chunk: Buffer) => readonly string[];

/** Reads one whole message off the front: its length and its call's name, if any; undefined while bytes are missing. */
type ReadMessage = (bytes: Buffer) => { readonly length: number; readonly name?: string | undefined } | undefined;

function readerOf(read: ReadMessage): ReadCalls {
  let rest: Buffer = Buffer.alloc(0);
  return (chunk) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    const names: string[] = [];
    for (let message = read(rest); message; message = read(rest)) {
      rest = rest.subarray(message.length);
      if (message.name !== undefined) names.push(message.name);
    }
    return names;
  };
}

/** Each is `COMMAND COLLECTION`, of what writes. */
export function mongoCalls(namespace: string): ReadCalls {
  return readerOf((bytes) => {
    if (bytes.length < 4 || bytes.length < bytes.readInt32LE(0)) return undefined;
    const length = bytes.readInt32LE(0);
    return { length, name: mongoWrite(bytes.subarray(0, length), namespace) };
  });
}

const OP_MSG = 2_013;
const STRING = 2;
const WRITES = ["insert", "update", "delete", "findAndModify"];

/** Of a message's first section: its document's first element is the command, with the collection as value. */
function mongoWrite(message: Buffer, namespace: string): string | undefined {
  if (message.readInt32LE(12) !== OP_MSG || message[20] !== 0 || message[25] !== STRING) return undefined;
  const end = message.indexOf(0, 26);
  const command = message.toString("latin1", 26, end);
  const collection = message.toString("latin1", end + 5, end + 4 + message.readInt32LE(end + 1));
  const writes = WRITES.includes(command) || (command === "aggregate" && message.includes("$merge"));
  return writes && collection.startsWith(namespace) ? `${command} ${collection.slice(namespace.length + 1)}` : undefined;
}

function redisCalls(): ReadCalls {
  return readerOf((bytes) => {
    const command = respCommand(bytes);
    return command && { length: command.length, name: redisWrite(command.words) };
  });
}

/** Scripts, by the commands that they run on streams and sorted sets. */
const REDIS_SCRIPTS = new Map([
  ["XADD", "publish"],
  ["XACK XDEL ZREM", "acknowledgement"],
  ["XRANGE ZSCORE XACK XDEL ZREM XADD ZADD", "putting off"],
  ["XRANGE ZSCORE ZRANGE ZREM XADD ZADD", "promotion"],
  ["XAUTOCLAIM XPENDING", "take-over"],
]);

function redisWrite([command = "", script = ""]: readonly string[]): string | undefined {
  if (command.toLowerCase() === "xreadgroup") return "delivery";
  if (command.toLowerCase() !== "eval") return undefined;
  const runs = new Set([...script.matchAll(/redis\.call\('([XZ][A-Z]+)'/g)].map((match) => match[1]));
  return REDIS_SCRIPTS.get([...runs].join(" "));
}

function respCommand(bytes: Buffer): { readonly length: number; readonly words: readonly string[] } | undefined {
  const numberAt = (at: number) => {
    const end = bytes.indexOf("\r\n", at);
    return end < 0 ? undefined : { value: Number(bytes.toString("latin1", at + 1, end)), next: end + 2 };
  };
  const count = numberAt(0);
  if (!count) return undefined;
  const words: string[] = [];
  let at = count.next;
  for (let n = 0; n < count.value; n++) {
    const size = numberAt(at);
    if (!size || bytes.length < size.next + size.value + 2) return undefined;
    if (n < 2) words.push(bytes.toString("latin1", size.next, size.next + size.value));
    at = size.next + size.value + 2;
  }
  return { length: at, words };
}

const AMQP_GREETING = 8;
const METHOD_FRAME = 1;
const BASIC = 60;
const AMQP_METHODS = new Map([
  [40, "publish"],
  [80, "acknowledgement"],
]);

function amqpCalls(): ReadCalls {
  return readerOf((bytes) => {
    if (bytes[0] === "A".charCodeAt(0)) return bytes.length < AMQP_GREETING ? undefined : { length: AMQP_GREETING };
    if (bytes.length < 7) return undefined;
    const length = 8 + bytes.readUInt32BE(3);
    if (bytes.length < length) return undefined;
    const isBasic = bytes[0] === METHOD_FRAME && bytes.readUInt16BE(7) === BASIC;
    return { length, name: isBasic ? AMQP_METHODS.get(bytes.readUInt16BE(9)) : undefined };
  });
}

/** What the pairing's broker speaks. */
export const BROKER_CALLS: Readonly<Record<Exclude<Pairing, "sqlite">, () => ReadCalls>> = {
  redis: redisCalls,
  rabbitmq: amqpCalls,
};
