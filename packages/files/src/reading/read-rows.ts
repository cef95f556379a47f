import type { AttributeTypes, BatchKind, RowInput } from "@crm-engine/core";
import { fieldReader } from "../cells/field-columns.js";
import type { RowMap } from "../maps/compile-map.js";
import { mappedRows } from "../maps/mapped-rows.js";
import { readCsv } from "./csv.js";
import { type DecodeOptions, decodedBytes } from "./decoded-bytes.js";
import type { Encoding } from "./encodings.js";
import { readNdjson } from "./ndjson.js";
import { Turns } from "./turns.js";

/** CSV has any of the delimiters, so TSV is one. */
export const ROW_FORMATS = ["ndjson", "csv"] as const;
export type RowFormat = (typeof ROW_FORMATS)[number];

/** 1 MiB. */
export const DEFAULT_MAX_ROW_BYTES = 2 ** 20;

export interface ReadRowsOptions extends DecodeOptions {
  readonly format: RowFormat;
  readonly kind: BatchKind;
  /** What the file is written in, unless its mark says otherwise; UTF-8 if absent. */
  readonly encoding?: Encoding;
  /** How records become rows or order lines; a header names fields, if absent. */
  readonly map?: RowMap;
  /** Of one row as UTF-8. */
  readonly maxRowBytes?: number;
  /** The engine's declared attributes, by which CSV cells are read. */
  readonly attributes?: AttributeTypes;
}

/**
 * The rows of an upload, read as they are asked for: memory holds a chunk and a row. A row that can't be read (too long, not valid in
 * the file's encoding, not JSON, broken quoting) comes out as an issue under its number and line. Rejects with CrmError `invalid` where
 * the whole is wrong: no text, a CSV header (before any row) or one without rows, broken gzip, too many bytes. All that are read at once
 * take turns.
 */
export function readRows(source: AsyncIterable<Uint8Array>, options: ReadRowsOptions): AsyncGenerator<RowInput> {
  const turns = new Turns();
  return turns.between(parsedRows(turns.between(decodedBytes(source, options)), options));
}

/** No layer more than it takes: each costs every row. */
function parsedRows(
  bytes: AsyncIterable<Uint8Array>,
  { format, maxRowBytes = DEFAULT_MAX_ROW_BYTES, map, kind, attributes, encoding }: ReadRowsOptions,
): AsyncGenerator<RowInput> {
  const options = { maxRowBytes, encoding };
  if (format === "ndjson") return map ? mappedRows(readNdjson(bytes, options), map) : readNdjson(bytes, options);
  return readCsv(bytes, options, (header) => map?.open(header) ?? fieldReader(header, kind, attributes));
}
