import { isUtf8 } from "node:buffer";
import type { Issue, RowInput } from "@crm-engine/core";
import { CsvError, parse } from "csv-parse/sync";
import type { ReadRecord } from "../cells/field-columns.js";
import { malformed } from "../input-fault.js";
import { NOT_UTF8, type RowLimits, tooLongRow } from "./ndjson.js";
import { splitRecords } from "./split-records.js";

type Cells = { readonly cells: readonly string[] } | { readonly issue: Issue };

/** RFC 4180 with a header of names, which says how the records below it are read. Row numbers do not count the header. */
export async function* readCsv(
  chunks: AsyncIterable<Uint8Array>,
  { maxRowBytes }: RowLimits,
  readHeader: (names: readonly string[]) => ReadRecord,
): AsyncGenerator<RowInput> {
  let read: ReadRecord | undefined;
  let row = 0;
  for await (const block of splitRecords(chunks, { maxRowBytes, quoted: true })) {
    const records: readonly Cells[] =
      "tooLong" in block ? [{ issue: tooLongRow(maxRowBytes) }] : parseBlock(block.bytes, block.ends);
    for (const record of records) {
      if ("cells" in record && isBlank(record.cells)) continue;
      if (read === undefined) {
        if ("issue" in record) throw malformed(`The CSV header can't be read: ${record.issue.message}.`);
        read = readHeader(record.cells.map((name) => name.trim()));
        continue;
      }
      row += 1;
      yield { row, ...("issue" in record ? record : read(record.cells)) };
    }
  }
  if (read === undefined) throw malformed("The CSV has no header row.");
}

/** Parses whole records at once; only where that fails one by one, so that a broken record leaves its neighbours alone. */
function parseBlock(bytes: Buffer, ends: readonly number[]): readonly Cells[] {
  if (isUtf8(bytes)) {
    const records = tryParse(bytes);
    if (Array.isArray(records)) return records.map((cells) => ({ cells }));
  }
  return ends.flatMap((end, index): readonly Cells[] => {
    const record = bytes.subarray(ends[index - 1] ?? 0, end);
    if (!isUtf8(record)) return [{ issue: NOT_UTF8 }];
    const parsed = tryParse(record);
    return Array.isArray(parsed) ? parsed.map((cells) => ({ cells })) : [{ issue: { path: "", message: parsed } }];
  });
}

function tryParse(bytes: Buffer): string[][] | string {
  try {
    return parse(bytes.toString("utf8"), { record_delimiter: ["\r\n", "\n"], relax_column_count: true, skip_empty_lines: true });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    return error.code === "CSV_QUOTE_NOT_CLOSED" ? "a quote is not closed" : "a quote stands where none may";
  }
}

function isBlank(cells: readonly string[]): boolean {
  return cells.length === 1 && cells[0]?.trim() === "";
}
