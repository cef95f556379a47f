const QUOTE = 0x22;
const COMMA = 0x2c;
const NEWLINE = 0x0a;

/** Whole records as they lie in the input, each up to the end in `ends`; or one record that was too long to keep. */
export type RecordBlock = { readonly bytes: Buffer; readonly ends: readonly number[] } | { readonly tooLong: true };

export interface SplitOptions {
  /** Of one record, without its line end. */
  readonly maxRowBytes: number;
  /** CSV: a line end inside quotes ends nothing. */
  readonly quoted: boolean;
}

/**
 * Cuts a stream of bytes at its record ends. Never holds more than one chunk and one record: of a record over the limit
 * the bytes are dropped as they come, and the records around it are whole.
 */
export async function* splitRecords(chunks: AsyncIterable<Uint8Array>, options: SplitOptions): AsyncGenerator<RecordBlock> {
  const nextEnd = options.quoted ? quotedScanner() : plainScanner;
  let pending: Buffer[] = [];
  let pendingBytes = 0;
  let dropping = false;

  for await (const chunk of withoutBom(chunks)) {
    let blockStart = 0;
    let recordStart = 0;
    let ends: number[] = [];
    let base = pendingBytes;
    const block = (): RecordBlock => {
      const bytes = Buffer.concat([...pending, chunk.subarray(blockStart, recordStart)]);
      pending = [];
      pendingBytes = 0;
      return { bytes, ends };
    };
    for (let end = nextEnd(chunk, 0); end !== -1; end = nextEnd(chunk, end + 1)) {
      const inPending = ends.length === 0 && blockStart === 0 ? base : 0;
      if (dropping || inPending + (end - recordStart) > options.maxRowBytes) {
        if (ends.length > 0) yield block();
        pending = [];
        pendingBytes = 0;
        base = 0;
        dropping = false;
        ends = [];
        blockStart = end + 1;
        yield { tooLong: true };
      } else {
        ends.push(base + (end + 1 - blockStart));
      }
      recordStart = end + 1;
    }
    if (ends.length > 0) yield block();
    const rest = chunk.subarray(recordStart);
    if (!dropping && pendingBytes + rest.length > options.maxRowBytes) {
      dropping = true;
      pending = [];
      pendingBytes = 0;
    }
    if (!dropping && rest.length > 0) {
      pending.push(Buffer.from(rest));
      pendingBytes += rest.length;
    }
  }
  if (dropping) yield { tooLong: true };
  else if (pendingBytes > 0) yield { bytes: Buffer.concat(pending), ends: [pendingBytes] };
}

type NextEnd = (chunk: Buffer, from: number) => number;

function plainScanner(chunk: Buffer, from: number): number {
  return chunk.indexOf(NEWLINE, from);
}

/** Follows RFC 4180 quoting across chunks: a quote opens only at the start of a cell, and two of them inside are one. */
function quotedScanner(): NextEnd {
  let state: "cellStart" | "plain" | "quoted" | "quoteInQuoted" = "cellStart";
  return (chunk, from) => {
    for (let index = from; index < chunk.length; index++) {
      const byte = chunk[index];
      if (state === "quoted") {
        if (byte === QUOTE) state = "quoteInQuoted";
      } else if (byte === QUOTE && state !== "plain") {
        state = "quoted";
      } else if (byte === COMMA) {
        state = "cellStart";
      } else if (byte === NEWLINE) {
        state = "cellStart";
        return index;
      } else {
        state = "plain";
      }
    }
    return -1;
  };
}

async function* withoutBom(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let head: Buffer | undefined = Buffer.alloc(0);
  for await (const chunk of chunks) {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
    if (head === undefined) {
      yield bytes;
      continue;
    }
    head = Buffer.concat([head, bytes]);
    if (head.length < 3) continue;
    yield skipBom(head);
    head = undefined;
  }
  if (head !== undefined && head.length > 0) yield skipBom(head);
}

function skipBom(bytes: Buffer): Buffer {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes;
}
