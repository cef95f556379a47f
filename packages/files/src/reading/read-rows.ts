import type { AttributeTypes, BatchKind, RowInput } from "@crm-engine/core";
import { fieldReader } from "../cells/field-columns.js";
import type { RowMap } from "../maps/compile-map.js";
import { mappedRows } from "../maps/mapped-rows.js";
import { readCsv } from "./csv.js";
import { type DecodeOptions, decodedBytes } from "./decoded-bytes.js";
import { readNdjson } from "./ndjson.js";

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
 * is wrong: a CSV header (before any row), broken gzip, too many bytes.
 */
export function readRows(source: AsyncIterable<Uint8Array>, options: ReadRowsOptions): AsyncGenerator<RowInput> {
  const limits = { maxRowBytes: options.maxRowBytes ?? DEFAULT_MAX_ROW_BYTES };
  const bytes = decodedBytes(source, options);
  const { map, kind, attributes } = options;
  if (options.format === "ndjson") return map ? mappedRows(readNdjson(bytes, limits), map) : readNdjson(bytes, limits);
  return readCsv(bytes, limits, (header) => map?.open(header) ?? fieldReader(header, kind, attributes));
}
