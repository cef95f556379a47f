import type { RowFormat } from "@crm-engine/files";

/** Where rows are taken in; every other body is JSON. */
export const UPLOAD_PATHS: ReadonlySet<string> = new Set(["/api/customers", "/api/orders"]);

const FORMATS: ReadonlyMap<string, RowFormat> = new Map([
  ["application/x-ndjson", "ndjson"],
  ["application/ndjson", "ndjson"],
  ["application/jsonl", "ndjson"],
  ["text/csv", "csv"],
]);

/** The format of a media type that is read row by row, so that its length is bounded by the stream's limit; undefined for others. */
export function uploadFormat(mediaType: string): RowFormat | undefined {
  return FORMATS.get(mediaType);
}
