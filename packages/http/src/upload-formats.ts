import { type Encoding, findEncoding, type RowFormat, unknownEncoding } from "@crm-engine/files";
import { HTTPException } from "hono/http-exception";

/** Where rows are taken in; every other body is JSON. */
export const UPLOAD_PATHS: ReadonlySet<string> = new Set(["/api/customers", "/api/orders", "/api/imports/preview"]);

const FORMATS: ReadonlyMap<string, RowFormat> = new Map([
  ["application/x-ndjson", "ndjson"],
  ["application/ndjson", "ndjson"],
  ["application/jsonl", "ndjson"],
  ["text/csv", "csv"],
  ["text/tab-separated-values", "csv"],
]);

/** The format of a media type that is read row by row, so that its length is bounded by the stream's limit; undefined for others. */
export function uploadFormat(mediaType: string): RowFormat | undefined {
  return FORMATS.get(mediaType);
}

/** What rows are said to be written in. Throws 415, with all that may stand there, for what can't be read. */
export function uploadEncoding(charset: string | undefined): Encoding | undefined {
  if (charset === undefined) return undefined;
  const encoding = findEncoding(charset);
  if (encoding === undefined)
    throw new HTTPException(415, { message: `Of the charset in Content-Type: ${unknownEncoding(charset)}` });
  return encoding;
}
