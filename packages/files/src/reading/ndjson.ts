import { isUtf8 } from "node:buffer";
import type { Issue, RowInput } from "@crm-engine/core";
import { splitRecords } from "./split-records.js";
import { isTooDeep, TOO_DEEP } from "./too-deep.js";

export interface RowLimits {
  readonly maxRowBytes: number;
}

/** One JSON value a line. A line that can't be read is a row with an issue; blank lines are no rows. */
export async function* readNdjson(chunks: AsyncIterable<Uint8Array>, { maxRowBytes }: RowLimits): AsyncGenerator<RowInput> {
  let row = 0;
  for await (const block of splitRecords(chunks, { maxRowBytes, quoted: false })) {
    if ("tooLong" in block) {
      row += 1;
      yield { row, issue: tooLongRow(maxRowBytes) };
      continue;
    }
    let start = 0;
    for (const end of block.ends) {
      const line = block.bytes.subarray(start, end);
      start = end;
      const read = readLine(line);
      if (read === undefined) continue;
      row += 1;
      yield { row, ...read };
    }
  }
}

export function tooLongRow(maxRowBytes: number): Issue {
  return { path: "", message: `the row is longer than ${maxRowBytes} bytes` };
}

export const NOT_UTF8: Issue = { path: "", message: "the row is not valid UTF-8" };

function readLine(line: Buffer): { readonly data: unknown } | { readonly issue: Issue } | undefined {
  if (!isUtf8(line)) return { issue: NOT_UTF8 };
  const text = line.toString("utf8").trim();
  if (text === "") return undefined;
  try {
    const data: unknown = JSON.parse(text);
    return isTooDeep(data) ? { issue: TOO_DEEP } : { data };
  } catch {
    return { issue: { path: "", message: "the row is not valid JSON" } };
  }
}
