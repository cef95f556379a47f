import type { AttributeTypes, BatchKind, RowInput } from "@crm-engine/core";
import { fieldReader } from "../cells/field-columns.js";
import type { RowMap } from "../maps/compile-map.js";
import { mappedRows } from "../maps/mapped-rows.js";
import { readCsv } from "./csv.js";
import { type DecodeOptions, decodedBytes } from "./decoded-bytes.js";
import { readNdjson } from "./ndjson.js";
import { Turns } from "./turns.js";

export const ROW_FORMATS = ["ndjson", "csv"] as const;
export type RowFormat = (typeof ROW_FORMATS)[number];

/** 1 MiB. */
export const DEFAULT_MAX_ROW_BYTES = 2 ** 20;

export interface ReadRowsOptions extends DecodeOptions {
  readonly format: RowFormat;
  readonly kind: BatchKind;
  /** How records become rows or order lines; a header names fields, if absent. */
  readonly map?: RowMap;
  readonly maxRowBytes?: number;
  /** The engine's declared attributes, by which CSV cells are read. */
  readonly attributes?: AttributeTypes;
}

/**
 * The rows of an upload, read as they are asked for: memory holds a chunk and a row. A row that can't be read (too long, not
 * UTF-8, not JSON, broken quoting) comes out as an issue under its number. Rejects with CrmError `invalid` where the whole
 * is wrong: a CSV header (before any row), broken gzip, too many bytes. All that are read at once take turns.
 */
export function readRows(source: AsyncIterable<Uint8Array>, options: ReadRowsOptions): AsyncGenerator<RowInput> {
  const turns = new Turns();
  return turns.between(parsedRows(turns.between(decodedBytes(source, options)), options));
}

function parsedRows(
  bytes: AsyncIterable<Uint8Array>,
  { format, maxRowBytes = DEFAULT_MAX_ROW_BYTES, map, kind, attributes }: ReadRowsOptions,
): AsyncGenerator<RowInput> {
  if (format === "ndjson") return map ? mappedRows(readNdjson(bytes, { maxRowBytes }), map) : readNdjson(bytes, { maxRowBytes });
  return readCsv(bytes, { maxRowBytes }, (header) => map?.open(header) ?? fieldReader(header, kind, attributes));
}
