import { malformed } from "../input-fault.js";
import { CR, countLineEnds, LF, type LineEnd, nextLineEnd, QUOTE } from "./line-ends.js";

export const DELIMITERS = [",", ";", "\t", "|"] as const;
export type Delimiter = (typeof DELIMITERS)[number];

/** The head of a CSV, as far as its header goes. */
export interface HeaderPlace {
  readonly delimiter: Delimiter;
  readonly lineEnd: LineEnd;
  readonly cells: number;
  /** In bytes: where the header record begins, and where it ends with its line end and without. */
  readonly start: number;
  readonly end: number;
  readonly cellsEnd: number;
  /** 1-based line on which the record after it begins. */
  readonly nextLine: number;
}

/** What may be wrong with a header as far as it can be told without its names. */
export type HeaderFault = "openQuote" | "strayQuote";

/** One delimiter's reading of the header. */
type Reading =
  | { readonly cells: number; readonly cellsEnd: number; readonly end: number; readonly lineEnd: LineEnd | undefined }
  | HeaderFault
  | "more";

/** `sep=;` on a line of its own, which spreadsheets read and write; in quotes and with empty cells behind it too. */
const SEP_LINE = /^"?sep=(.)"?[,;\t|]*$/i;
const SEP_STARTS = ["sep=", '"sep='];
const SPACE = 0x20;
const NAMED = ", ; tab or |";

/**
 * Finds the header, and by it the delimiter: of those by which it can be read, the one that makes most cells of it; or what a line
 * `sep=` before it says. Blank lines before it are passed over. `more` where the bytes end before it does and the file goes on.
 * Undefined where the file has no header. Throws, as malformed, for a `sep=` that can't be used.
 */
export function findHeader(head: Buffer, isWhole: boolean): HeaderPlace | HeaderFault | "more" | undefined {
  const said = readSepLine(head, isWhole);
  if (said === "more") return "more";
  const start = skipBlankLines(head, said.end);
  if (start >= head.length) return isWhole ? undefined : "more";
  if (!isWhole && nextLineEnd(head, start, "CR") === head.length) return "more";
  const readings = (said.delimiter === undefined ? DELIMITERS : [said.delimiter]).map((delimiter) => ({
    delimiter,
    reading: readHeader(head, start, delimiter.charCodeAt(0), isWhole),
  }));
  if (readings.some(({ reading }) => reading === "more")) return "more";
  let best: HeaderPlace | undefined;
  let mostCells = 0;
  for (const { delimiter, reading } of readings) {
    if (typeof reading === "string" || reading.cells <= mostCells) continue;
    mostCells = reading.cells;
    const { cells, cellsEnd, end, lineEnd = "LF" } = reading;
    best = { delimiter, lineEnd, cells, start, end, cellsEnd, nextLine: 1 + countLineEnds(head.subarray(0, end), lineEnd) };
  }
  if (best) return best;
  return readings.some(({ reading }) => reading === "openQuote") ? "openQuote" : "strayQuote";
}

function readSepLine(head: Buffer, isWhole: boolean): { readonly delimiter?: Delimiter; readonly end: number } | "more" {
  const start = head.subarray(0, 5).toString("latin1").toLowerCase();
  if (!isWhole && SEP_STARTS.some((said) => said.startsWith(start))) return "more";
  if (!SEP_STARTS.some((said) => start.startsWith(said))) return { end: 0 };
  const line = lineAt(head, 0, isWhole);
  if (line === "more") return "more";
  const text = head.subarray(0, line.cellsEnd).toString("utf8");
  const character = SEP_LINE.exec(text)?.[1];
  if (character === undefined) return { end: 0 };
  const delimiter = DELIMITERS.find((one) => one === character);
  if (delimiter === undefined) throw malformed(`The first line says ${JSON.stringify(text)}; the delimiter may be ${NAMED}.`);
  return { delimiter, end: line.end };
}

/** Where the first line begins that holds more than spaces; the length of the head, if none does. */
function skipBlankLines(head: Buffer, from: number): number {
  let start = from;
  for (let at = from; at < head.length; at++) {
    const byte = head[at];
    if (byte === CR || byte === LF) start = at + 1;
    else if (byte !== SPACE) return start;
  }
  return head.length;
}

function lineAt(head: Buffer, start: number, isWhole: boolean): { readonly cellsEnd: number; readonly end: number } | "more" {
  let at = start;
  while (at < head.length && head[at] !== CR && head[at] !== LF) at += 1;
  if (at === head.length) return isWhole ? { cellsEnd: at, end: at } : "more";
  if (head[at] === LF) return { cellsEnd: at, end: at + 1 };
  if (at + 1 === head.length && !isWhole) return "more";
  return { cellsEnd: at, end: head[at + 1] === LF ? at + 2 : at + 1 };
}

/** RFC 4180 with this delimiter. Whatever its own line end turns out to be, the header ends at the first one that is in no quotes. */
function readHeader(head: Buffer, start: number, delimiter: number, isWhole: boolean): Reading {
  let state: "cellStart" | "plain" | "quoted" | "closed" = "cellStart";
  let cells = 1;
  for (let at = start; at < head.length; at++) {
    const byte = head[at];
    if (state === "quoted") {
      if (byte === QUOTE) state = "closed";
    } else if (byte === CR || byte === LF) {
      const line = lineAt(head, at, isWhole);
      if (line === "more") return "more";
      return { cells, cellsEnd: at, end: line.end, lineEnd: byte === LF ? "LF" : line.end === at + 2 ? "CRLF" : "CR" };
    } else if (byte === delimiter) {
      cells += 1;
      state = "cellStart";
    } else if (byte === QUOTE) {
      if (state === "plain") return "strayQuote";
      state = "quoted";
    } else {
      if (state === "closed") return "strayQuote";
      state = "plain";
    }
  }
  if (!isWhole) return "more";
  return state === "quoted" ? "openQuote" : { cells, cellsEnd: head.length, end: head.length, lineEnd: undefined };
}
