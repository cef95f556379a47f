import { isUtf8 } from "node:buffer";
import type { Issue, RowInput } from "@crm-engine/core";
import { openText } from "./open-text.js";
import { PeekedBytes } from "./peeked-bytes.js";
import { type FileOptions, notValid, tooLongRow } from "./row-faults.js";
import { splitRecords } from "./split-records.js";
import { isTooDeep, TOO_DEEP } from "./too-deep.js";

/** One JSON value a line. A line that can't be read is a row with an issue; blank lines are no rows, but count as lines. */
export async function* readNdjson(
  bytes: AsyncIterable<Uint8Array>,
  { maxRowBytes, encoding: stated }: FileOptions,
): AsyncGenerator<RowInput> {
  const file = new PeekedBytes(bytes);
  try {
    const { chunks, encoding } = await openText(file, stated, false);
    let row = 0;
    for await (const block of splitRecords(chunks, { maxRowBytes, lineEnd: "LF", firstLine: 1 })) {
      if ("fault" in block) {
        row += 1;
        yield { row, line: block.line, issue: tooLongRow(maxRowBytes) };
        continue;
      }
      let start = 0;
      for (const [index, end] of block.ends.entries()) {
        const read = readLine(block.bytes.subarray(start, end), encoding);
        start = end;
        if (read === undefined) continue;
        row += 1;
        yield { row, line: block.lines[index] ?? 0, ...read };
      }
    }
  } finally {
    await file.close();
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
