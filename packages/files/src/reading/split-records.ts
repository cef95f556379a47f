import { CR, LF, type LineEnd, nextLineEnd, QUOTE } from "./line-ends.js";
import { RecordBuffer } from "./record-buffer.js";

/**
 * Whole records as they lie in the input, or one that is none. The bytes are overwritten once the next block is asked for.
 */
export type RecordBlock =
  | {
      readonly bytes: Buffer;
      /** Where each record ends, its line end included. */
      readonly ends: readonly number[];
      /** The line on which each begins. */
      readonly lines: readonly number[];
    }
  | { readonly fault: RecordFault; readonly line: number };

/** Why a line is no record: each costs that line alone, and reading goes on with the next one. */
export type RecordFault =
  | { readonly kind: "tooLong" }
  | { readonly kind: "strayQuote" }
  | { readonly kind: "openQuote" }
  /** Read on to the end of its quotes, it would be a record of another number of cells than the header has. */
  | { readonly kind: "wrongCells"; readonly cells: number; readonly lines: number };

export interface Quoting {
  readonly delimiter: string;
  /** How many cells the header has. */
  readonly columns: number;
}

export interface SplitOptions {
  /** Of one record, without its line end. */
  readonly maxRowBytes: number;
  readonly lineEnd: LineEnd;
  /** Of the first record. */
  readonly firstLine: number;
  /** CSV: a line end inside quotes ends nothing. Without it, every line is a record. */
  readonly quoting?: Quoting;
}

/** Blocks are cut here, so that whoever parses them does a little at a time. */
const MAX_BLOCK_BYTES = 64 * 1024;

/**
 * Cuts a stream of bytes at its record ends. Never holds more than one chunk and one record: of a line over the limit the bytes are
 * dropped as they come, and the records around it are whole. What is in no quotes ends with its line; where a quote turns out never to
 * have been closed, the first line of the record is the fault, and those below it are read again. That can't happen to a line more than
 * once or twice: lines that leave a quote open end each other's records.
 */
export async function* splitRecords(chunks: AsyncIterable<Uint8Array>, options: SplitOptions): AsyncGenerator<RecordBlock> {
  const splitter = new Splitter(options);
  for await (const chunk of chunks) {
    splitter.append(chunk);
    yield* splitter.read(false);
  }
  yield* splitter.read(true);
}

/** Of the record that is open, and was read up to `#at`. */
type State = "cellStart" | "plain" | "quoted" | "closed" | "closedCr";
type Event = "record" | "more" | RecordFault["kind"];

class Splitter {
  readonly #options: SplitOptions;
  readonly #buffer = new RecordBuffer();
  readonly #delimiter: number;
  /** The next byte to read; before it, what the open record is so far. */
  #at = 0;
  #state: State = "cellStart";
  #cells = 1;
  /** Where the second line of the open record begins, and how many line ends it has inside quotes. */
  #secondLine = 0;
  #lineEnds = 0;
  /** The 1-based line on which the open record begins. */
  #line: number;
  /** What is left of a line that is already known to be none is dropped. */
  #isDropping = false;
  /** Where the next quote is, if it is known: at or behind `#at`. */
  #nextQuote = -1;

  #blockStart = 0;
  #ends: number[] = [];
  #lines: number[] = [];

  constructor(options: SplitOptions) {
    this.#options = options;
    this.#line = options.firstLine;
    this.#delimiter = options.quoting?.delimiter.charCodeAt(0) ?? -1;
  }

  append(chunk: Uint8Array): void {
    const moved = this.#buffer.append(chunk);
    this.#at -= moved;
    this.#secondLine -= moved;
    this.#blockStart = 0;
    this.#nextQuote = -1;
  }

  /** All that can be told from the bytes there are; all of them, if no more come. */
  *read(isWhole: boolean): Generator<RecordBlock> {
    const buffer = this.#buffer;
    const bytes = buffer.bytes.subarray(0, buffer.end);
    this.#blockStart = buffer.start;
    while (buffer.start < buffer.end) {
      if (this.#isDropping && !this.#drop(bytes, isWhole)) break;
      if (this.#at >= bytes.length && !(isWhole && buffer.start < bytes.length)) break;
      const event = this.#readRecord(bytes, isWhole);
      if (event === "more") break;
      if (event === "record") {
        if (this.#ends.length > 0 && this.#at - this.#blockStart >= MAX_BLOCK_BYTES) yield* this.#block(bytes);
      } else {
        yield* this.#block(bytes);
        yield { fault: this.#faultOf(event), line: this.#line };
        this.#goOnBelow();
      }
    }
    yield* this.#block(bytes);
  }

  *#block(bytes: Buffer): Generator<RecordBlock> {
    const { start } = this.#buffer;
    if (this.#ends.length > 0) yield { bytes: bytes.subarray(this.#blockStart, start), ends: this.#ends, lines: this.#lines };
    this.#ends = [];
    this.#lines = [];
    this.#blockStart = start;
  }

  #faultOf(kind: RecordFault["kind"]): RecordFault {
    return kind === "wrongCells" ? { kind, cells: this.#cells, lines: this.#lineEnds + 1 } : { kind };
  }

  /** After a fault: the rest of its first line is passed over, wherever that ends. */
  #goOnBelow(): void {
    if (this.#lineEnds > 0) {
      this.#open(this.#secondLine, 1);
    } else {
      this.#isDropping = true;
      this.#buffer.start = this.#at;
    }
    this.#blockStart = this.#buffer.start;
  }

  /** Opens the record that begins here, so many lines below the last one. */
  #open(start: number, lines: number): void {
    this.#buffer.start = start;
    this.#at = start;
    this.#line += lines;
    this.#lineEnds = 0;
    this.#cells = 1;
    this.#state = "cellStart";
    if (this.#nextQuote < start) this.#nextQuote = -1;
  }

  /** Returns whether the line's end is there. */
  #drop(bytes: Buffer, isWhole: boolean): boolean {
    const end = nextLineEnd(bytes, this.#at, this.#options.lineEnd);
    const next = end === bytes.length ? undefined : afterLineEnd(bytes, end, isWhole);
    if (next === undefined) {
      this.#at = end;
      this.#buffer.start = end;
      return false;
    }
    this.#isDropping = false;
    this.#open(next, 1);
    this.#blockStart = next;
    return true;
  }

  /** Reads on to the end of the open record. */
  #readRecord(bytes: Buffer, isWhole: boolean): Event {
    const { lineEnd, maxRowBytes, quoting } = this.#options;
    if (this.#lineEnds === 0 && this.#isUnquoted(bytes, quoting)) {
      const end = nextLineEnd(bytes, this.#at, lineEnd);
      if (quoting === undefined || end <= this.#nextQuote) {
        const isOver = end - this.#buffer.start > maxRowBytes;
        const next = end === bytes.length ? undefined : afterLineEnd(bytes, end, isWhole);
        if (isOver) {
          this.#at = end;
          return "tooLong";
        }
        if (next !== undefined) return this.#record(next);
        if (isWhole) return this.#lastRecord(bytes);
        if (quoting === undefined || end < bytes.length) {
          this.#at = end;
          return "more";
        }
      }
    }
    return this.#readQuoted(bytes, isWhole);
  }

  /** The open record has no quote so far, and reading may go by line ends alone up to the next. */
  #isUnquoted(bytes: Buffer, quoting: Quoting | undefined): boolean {
    if (quoting === undefined) return true;
    if (this.#at !== this.#buffer.start) return false;
    if (this.#nextQuote < this.#at) {
      const found = bytes.indexOf(QUOTE, this.#at);
      this.#nextQuote = found === -1 ? bytes.length : found;
    }
    return true;
  }

  /** Follows RFC 4180 quoting: a quote opens only at the start of a cell, and two of them inside are one. */
  #readQuoted(bytes: Buffer, isWhole: boolean): Event {
    const delimiter = this.#delimiter;
    const isCr = this.#options.lineEnd === "CR";
    const { start } = this.#buffer;
    const limit = start + this.#options.maxRowBytes;
    let state = this.#state;
    let at = this.#at;
    let event: Event | undefined;
    for (; at < bytes.length; at++) {
      const byte = bytes[at] ?? 0;
      if (byte > QUOTE && byte !== delimiter && at < limit && state !== "closed" && state !== "closedCr") {
        if (state === "cellStart") state = "plain";
        continue;
      }
      const isLineEnd = byte === LF || (isCr && byte === CR);
      if (at >= limit && !(isLineEnd && at === limit)) {
        event = this.#lineEnds > 0 ? "openQuote" : "tooLong";
        break;
      }
      if (state === "quoted") {
        if (byte === QUOTE) state = "closed";
        else if (isLineEnd) {
          const next = afterLineEnd(bytes, at, isWhole);
          if (next === undefined) {
            event = "more";
            break;
          }
          this.#lineEnds += 1;
          if (this.#lineEnds === 1) this.#secondLine = next;
          at = next - 1;
        }
      } else if (isLineEnd) {
        const next = afterLineEnd(bytes, at, isWhole);
        event = next === undefined ? "more" : this.#endOfRecord(next);
        break;
      } else if (byte === delimiter && state !== "closedCr") {
        this.#cells += 1;
        state = "cellStart";
      } else if (byte === QUOTE && (state === "cellStart" || state === "closed")) {
        state = "quoted";
      } else if (byte === CR && state === "closed") {
        state = "closedCr";
      } else if (byte === QUOTE || state === "closed" || state === "closedCr") {
        event = this.#lineEnds > 0 ? "openQuote" : "strayQuote";
        break;
      } else {
        state = "plain";
      }
    }
    if (event === "record") return event;
    this.#at = at;
    this.#state = state;
    if (event !== undefined) return event;
    if (!isWhole) return "more";
    return state === "quoted" ? "openQuote" : this.#lastRecord(bytes);
  }

  #endOfRecord(next: number): Event {
    const { quoting } = this.#options;
    if (this.#lineEnds > 0 && this.#cells !== quoting?.columns) return "wrongCells";
    return this.#record(next);
  }

  #record(next: number): "record" {
    this.#ends.push(next - this.#blockStart);
    this.#lines.push(this.#line);
    this.#open(next, this.#lineEnds + 1);
    return "record";
  }

  /** The last record may lack its line end. */
  #lastRecord(bytes: Buffer): Event {
    return this.#endOfRecord(bytes.length);
  }
}

/** Where the next line begins; undefined where that depends on a byte which is not there yet. */
function afterLineEnd(bytes: Buffer, at: number, isWhole: boolean): number | undefined {
  if (bytes[at] !== CR) return at + 1;
  if (at + 1 === bytes.length) return isWhole ? at + 1 : undefined;
  return bytes[at + 1] === LF ? at + 2 : at + 1;
}
