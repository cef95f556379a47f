import { isUtf8 } from "node:buffer";
import type { Issue, RowInput } from "@crm-engine/core";
import type { OpenText } from "./open-text.js";
import { notValid, type RowLimits, tooLongRow } from "./row-faults.js";
import { splitRecords } from "./split-records.js";
import { isTooDeep, TOO_DEEP } from "./too-deep.js";

/** One JSON value a line. A line that can't be read is a row with an issue; blank lines are no rows, but count as lines. */
export async function* readNdjson({ chunks, encoding }: OpenText, { maxRowBytes }: RowLimits): AsyncGenerator<RowInput> {
  let row = 0;
  for await (const block of splitRecords(chunks, { maxRowBytes, lineEnd: "LF", firstLine: 1 })) {
    if ("fault" in block) {
      row += 1;
      yield { row, line: block.line, issue: tooLongRow(maxRowBytes) };
      continue;
    }
    let start = 0;
    for (const [index, end] of block.ends.entries()) {
      const bytes = block.bytes.subarray(start, end);
      start = end;
      const read = readLine(bytes, encoding);
      if (read === undefined) continue;
      row += 1;
      yield { row, line: block.lines[index] ?? 0, ...read };
    }
  }
}

function readLine(line: Buffer, encoding: string): { readonly data: unknown } | { readonly issue: Issue } | undefined {
  if (!isUtf8(line)) return { issue: notValid(encoding) };
  const text = line.toString("utf8").trim();
  if (text === "") return undefined;
  try {
    const data: unknown = JSON.parse(text);
    return isTooDeep(data) ? { issue: TOO_DEEP } : { data };
  } catch {
    return { issue: { path: "", message: "the row is not valid JSON" } };
  }
}
