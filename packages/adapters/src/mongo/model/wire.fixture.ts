import { BSON, type Document } from "mongodb";

/** The part of MongoDB's wire protocol that current drivers and servers use: OP_MSG, and OP_QUERY for the handshake. */

const HEADER_BYTES = 16;
const OP_REPLY = 1;
const OP_QUERY = 2004;
const OP_MSG = 2013;
const MORE_TO_COME = 2;

export interface Command {
  readonly id: number;
  /** In the message that opens a connection. */
  readonly isQuery: boolean;
  readonly wantsReply: boolean;
  readonly name: string;
  readonly body: Document;
}

/** Splits the bytes of a connection into whole messages. */
export function createMessageReader(): (chunk: Buffer) => readonly Buffer[] {
  let rest: Buffer = Buffer.alloc(0);
  return (chunk) => {
    rest = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
    const messages: Buffer[] = [];
    while (rest.length >= HEADER_BYTES && rest.length >= rest.readInt32LE(0)) {
      messages.push(rest.subarray(0, rest.readInt32LE(0)));
      rest = rest.subarray(rest.readInt32LE(0));
    }
    return messages;
  };
}

export function readCommand(message: Buffer): Command {
  const isQuery = message.readInt32LE(12) === OP_QUERY;
  const body = isQuery ? readQuery(message) : readSections(message);
  const wantsReply = isQuery || (message.readUInt32LE(HEADER_BYTES) & MORE_TO_COME) === 0;
  return { id: message.readInt32LE(4), isQuery, wantsReply, name: Object.keys(body)[0] ?? "", body };
}

/** The message that a reply answers. */
export function answeredBy(message: Buffer): number {
  return message.readInt32LE(8);
}

export function encodeReply({ id, isQuery }: Command, reply: Document): Buffer {
  const document = BSON.serialize(reply, { ignoreUndefined: true });
  const fields = isQuery ? replyFields() : Buffer.alloc(5);
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeInt32LE(HEADER_BYTES + fields.length + document.length, 0);
  header.writeInt32LE(id, 8);
  header.writeInt32LE(isQuery ? OP_REPLY : OP_MSG, 12);
  return Buffer.concat([header, fields, document]);
}

/** Flags, cursor, place of the first document, and that there is one. */
function replyFields(): Buffer {
  const fields = Buffer.alloc(20);
  fields.writeInt32LE(1, 16);
  return fields;
}

function readQuery(message: Buffer): Document {
  const endOfName = message.indexOf(0, HEADER_BYTES + 4);
  return deserialize(message.subarray(endOfName + 9));
}

/** One section is the command; each other one is a list of documents that belongs to it. */
function readSections(message: Buffer): Document {
  let command: Document = {};
  const lists: Record<string, readonly Document[]> = {};
  for (let at = HEADER_BYTES + 4; at < message.length; ) {
    const size = message.readInt32LE(at + 1);
    const section = message.subarray(at + 1, at + 1 + size);
    if (message[at] === 0) command = deserialize(section);
    else Object.assign(lists, readList(section));
    at += 1 + size;
  }
  return { ...command, ...lists };
}

function readList(section: Buffer): Record<string, readonly Document[]> {
  const endOfName = section.indexOf(0, 4);
  const documents: Document[] = [];
  for (let at = endOfName + 1; at < section.length; at += section.readInt32LE(at)) {
    documents.push(deserialize(section.subarray(at, at + section.readInt32LE(at))));
  }
  return { [section.toString("utf8", 4, endOfName)]: documents };
}

function deserialize(bytes: Buffer): Document {
  return BSON.deserialize(bytes, { promoteValues: true, promoteLongs: true });
}
