import { isUtf8 } from "node:buffer";
import type { Issue, RowInput } from "@crm-engine/core";
import { CsvError, parse } from "csv-parse/sync";
import type { ReadRecord } from "../cells/field-columns.js";
import { malformed } from "../input-fault.js";
import { type Delimiter, findHeader, type HeaderFault, type HeaderPlace } from "./dialect.js";
import { ENCODINGS } from "./encodings.js";
import type { LineEnd } from "./line-ends.js";
import { openText } from "./open-text.js";
import { PeekedBytes } from "./peeked-bytes.js";
import { type FileOptions, notValid, tooLongRow } from "./row-faults.js";
import { type RecordBlock, type RecordFault, splitRecords } from "./split-records.js";

type Cells = { readonly cells: readonly string[] } | { readonly issue: Issue };

/** A name for each attribute that an engine may have, and for every field. */
const MAX_COLUMNS = 4_000;

const OPEN_QUOTE = "a quote is not closed";
const STRAY_QUOTE = "a quote stands where none may";

/**
 * Records under a header of names, which says how they are read: RFC 4180, with the delimiter and line ends that the header has.
 * Row numbers do not count the header; lines count all. Throws, as malformed, where the header can't be used, or no row is below it.
 */
export async function* readCsv(
  bytes: AsyncIterable<Uint8Array>,
  { maxRowBytes, encoding: stated }: FileOptions,
  readHeader: (names: readonly string[]) => ReadRecord,
): AsyncGenerator<RowInput> {
  const file = new PeekedBytes(bytes);
  try {
    const { chunks, encoding } = await openText(file, stated, true);
    const source = new PeekedBytes(chunks);
    const place = await headerPlace(source, maxRowBytes);
    const head = await source.peek(() => true);
    const names = headerNames(head.subarray(place.start, place.cellsEnd), place, encoding);
    const read = readHeader(names);
    source.skip(place.end);
    const { delimiter, lineEnd, nextLine: firstLine } = place;
    const quoting = { delimiter, columns: names.length };
    let row = 0;
    for await (const block of splitRecords(source, { maxRowBytes, lineEnd, firstLine, quoting })) {
      for (const record of "fault" in block ? [faulty(block, names.length, maxRowBytes)] : parseBlock(block, place, encoding)) {
        if ("cells" in record && isBlank(record.cells)) continue;
        row += 1;
        yield { row, line: record.line, ...("issue" in record ? { issue: record.issue } : read(record.cells)) };
      }
    }
    if (row === 0) throw malformed("The CSV has a header and nothing else: rows stand on the lines below it.");
  } finally {
    await file.close();
  }
}

async function headerPlace(source: PeekedBytes, maxRowBytes: number): Promise<HeaderPlace> {
  const head = await source.peek((bytes) => bytes.length > maxRowBytes || findHeader(bytes, false) !== "more");
  const isWhole = source.isOver || head.length > maxRowBytes;
  const found = findHeader(head, isWhole);
  if (found === undefined) {
    if (head.length === 0) throw malformed("The file is empty: a CSV has a header row of names, and rows below it.");
    throw malformed("The CSV has no header row.");
  }
  if (found === "more" || (typeof found === "object" && found.cellsEnd - found.start > maxRowBytes))
    throw malformed(`The CSV header is longer than ${maxRowBytes} bytes.`);
  if (typeof found === "string") throw malformed(`The CSV header can't be read: ${headerFault(found)}.`);
  return found;
}

function headerFault(fault: HeaderFault): string {
  return fault === "openQuote" ? OPEN_QUOTE : STRAY_QUOTE;
}

function headerNames(bytes: Buffer, { delimiter, cells }: HeaderPlace, encoding: string): readonly string[] {
  if (cells > MAX_COLUMNS)
    throw malformed(
      `The CSV header has ${cells} columns; it may have ${MAX_COLUMNS}. Is ${JSON.stringify(delimiter)} the delimiter?`,
    );
  if (!isUtf8(bytes)) {
    throw malformed(
      `The CSV header is not valid ${encoding}: say in which encoding the file is (charset in Content-Type, --encoding). It may be ${ENCODINGS.join(", ")}.`,
    );
  }
  const records = tryParse(bytes, delimiter, "CR");
  const names = typeof records === "string" ? [] : (records[0] ?? []);
  return names.map((name) => name.trim());
}

type Placed = Cells & { readonly line: number };

/** Parses whole records at once; only where that fails one by one, so that a broken record leaves its neighbours alone. */
function parseBlock(
  block: Extract<RecordBlock, { bytes: Buffer }>,
  { delimiter, lineEnd }: HeaderPlace,
  encoding: string,
): Iterable<Placed> {
  const { ends, lines } = block;
  const bytes = withoutCutLineEnd(block.bytes, lineEnd);
  if (isUtf8(bytes)) {
    const records = tryParse(bytes, delimiter, lineEnd);
    if (typeof records !== "string" && records.length === ends.length)
      return records.map((cells, index) => ({ cells, line: lines[index] ?? 0 }));
  }
  return ends.map((end, index): Placed => {
    const line = lines[index] ?? 0;
    const record = bytes.subarray(ends[index - 1] ?? 0, end);
    if (!isUtf8(record)) return { issue: notValid(encoding), line };
    const parsed = tryParse(record, delimiter, lineEnd);
    return typeof parsed === "string" ? { issue: { path: "", message: parsed }, line } : { cells: parsed[0] ?? [""], line };
  });
}

/** A file may end in the middle of its last CRLF. */
function withoutCutLineEnd(bytes: Buffer, lineEnd: LineEnd): Buffer {
  return lineEnd !== "CR" && bytes.at(-1) === 0x0d ? bytes.subarray(0, -1) : bytes;
}

function tryParse(bytes: Buffer, delimiter: Delimiter, lineEnd: LineEnd): string[][] | string {
  const ends = ["\r\n", "\n", ...(lineEnd === "CR" ? ["\r"] : [])];
  try {
    return parse(bytes, { delimiter, record_delimiter: ends, relax_column_count: true });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    return error.code === "CSV_QUOTE_NOT_CLOSED" ? OPEN_QUOTE : STRAY_QUOTE;
  }
}

function faulty({ fault, line }: Extract<RecordBlock, { fault: RecordFault }>, columns: number, maxRowBytes: number): Placed {
  if (fault.kind === "tooLong") return { issue: tooLongRow(maxRowBytes), line };
  return { issue: { path: "", message: wordsOf(fault, columns) }, line };
}

function wordsOf(fault: Exclude<RecordFault, { kind: "tooLong" }>, columns: number): string {
  switch (fault.kind) {
    case "openQuote":
      return OPEN_QUOTE;
    case "strayQuote":
      return STRAY_QUOTE;
    case "wrongCells":
      return `${OPEN_QUOTE}: over ${fault.lines} lines the row would have ${fault.cells} cells, the header ${columns}`;
  }
}

function isBlank(cells: readonly string[]): boolean {
  return cells.length === 1 && cells[0]?.trim() === "";
}
