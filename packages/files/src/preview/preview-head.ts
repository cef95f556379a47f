import type { AttributeType, AttributeTypes, BatchKind, Issue, RowInput } from "@crm-engine/core";
import { hasCode } from "@crm-engine/core";
import { fieldReader, type ReadRecord } from "../cells/field-columns.js";
import type { MapContext } from "../maps/cell-readers.js";
import { compileMap, type RowMap } from "../maps/compile-map.js";
import { columnsOf } from "../maps/compile-target.js";
import type { Preset } from "../presets/preset.js";
import { recognise } from "../presets/presets.js";
import { readCsv } from "../reading/csv.js";
import type { Encoding } from "../reading/encodings.js";
import { describeHead, type FileHead } from "../reading/file-head.js";
import { guessField } from "./guess-field.js";
import { typeOfCells } from "./look-at-cells.js";

const EXAMPLES = 3;
const MAX_EXAMPLE = 80;
/** A look at more rows makes the types no surer, and takes time. */
const MAX_ROWS = 1_000;

export interface PreviewHeadOptions {
  readonly kind: BatchKind;
  /** Text follows: a last record that is cut off is no record. */
  readonly isCut: boolean;
  readonly encoding: Encoding | undefined;
  /** Given by the user; without one, a header of field names is read as such, and else as the preset that it fits. */
  readonly map: RowMap | undefined;
  readonly context: MapContext;
  readonly attributes?: AttributeTypes | undefined;
  readonly maxRowBytes: number;
}

export interface ColumnPreview {
  readonly name: string;
  /** The fields that it goes to, or would by its name; null where nothing is known to do with it. */
  readonly field: string | null;
  /** What all of its cells in the head allow. */
  readonly type: AttributeType;
  /** Up to three different ones. */
  readonly examples: readonly string[];
}

/** What the head of a CSV shows. */
export interface HeadPreview extends FileHead {
  /** The preset that the header fits, of whatever kind. */
  readonly preset: Preset | undefined;
  readonly columns: readonly ColumnPreview[];
  /** Read by the map that was given, by field names, or by the preset; none where the header can't be read so. */
  readonly rows: readonly RowInput[];
  /** By which the rows were read, if by any. */
  readonly map: RowMap | undefined;
  /** Why there are none. */
  readonly faults: readonly Issue[];
}

/** Reads the first bytes of an unpacked CSV, and writes nothing. Throws, as malformed, for what is no CSV of at least one row. */
export async function previewHead(head: Uint8Array, options: PreviewHeadOptions): Promise<HeadPreview> {
  const { encoding, kind, context, isCut } = options;
  const { header, records } = await rawRecords(head, options);
  const whole = isCut && records.length > 1 ? records.slice(0, -1) : records;
  const preset = recognise(header);
  const reading = chooseReading(header, preset, options);
  const map = options.map ?? (reading.isByPreset && preset ? compileMap(kind, preset.map, context, preset.never) : undefined);
  return {
    ...describeHead(head, encoding),
    preset,
    columns: header.map((name, index) => columnPreview(name, fieldOf(name, kind, map, reading.isByName), cellsOf(whole, index))),
    rows: reading.read ? whole.map((record) => readRow(record, reading.read)) : [],
    map,
    faults: reading.faults,
  };
}

type RawRecord = Extract<RowInput, { readonly data: unknown }> & { readonly data: readonly string[] };

async function rawRecords(head: Uint8Array, { encoding, maxRowBytes }: PreviewHeadOptions) {
  let header: readonly string[] = [];
  const records: (RawRecord | Extract<RowInput, { readonly issue: Issue }>)[] = [];
  async function* bytes() {
    yield head;
  }
  const rows = readCsv(bytes(), { maxRowBytes, encoding }, (names) => {
    header = names;
    return (cells) => ({ data: cells });
  });
  for await (const row of rows) {
    records.push(row as RawRecord);
    if (records.length > MAX_ROWS) break;
  }
  return { header, records };
}

interface Reading {
  readonly read: ReadRecord | undefined;
  readonly isByName: boolean;
  readonly isByPreset: boolean;
  readonly faults: readonly Issue[];
}

function chooseReading(
  header: readonly string[],
  preset: Preset | undefined,
  { map, kind, context, attributes }: PreviewHeadOptions,
): Reading {
  const none = { read: undefined, isByName: false, isByPreset: false };
  if (map) {
    const opened = attempt(() => map.open(header));
    return "issues" in opened ? { ...none, faults: opened.issues } : { ...none, read: opened.value, faults: [] };
  }
  const byName = attempt(() => fieldReader(header, kind, attributes));
  if (!("issues" in byName)) return { ...none, read: byName.value, isByName: true, faults: [] };
  if (preset?.kind === kind) {
    const read = compileMap(kind, preset.map, context, preset.never).open(header);
    return { ...none, read, isByPreset: true, faults: [] };
  }
  return { ...none, faults: byName.issues };
}

function attempt<T>(read: () => T): { readonly value: T } | { readonly issues: readonly Issue[] } {
  try {
    return { value: read() };
  } catch (error) {
    if (!hasCode(error, "invalid") || !(error instanceof Error)) throw error;
    const { issues } = (error as { readonly details?: { readonly issues?: readonly Issue[] } }).details ?? {};
    return { issues: issues && issues.length > 0 ? issues : [{ path: "", message: error.message }] };
  }
}

function readRow(record: RowInput, read: ReadRecord | undefined): RowInput {
  if (!("data" in record) || !read) return record;
  const { data, ...place } = record;
  return { ...place, ...read(data as readonly string[]) };
}

function cellsOf(records: readonly RowInput[], index: number): readonly string[] {
  return records.flatMap((record) => ("data" in record ? [(record.data as readonly string[])[index] ?? ""] : []));
}

function fieldOf(name: string, kind: BatchKind, map: RowMap | undefined, isByName: boolean): string | undefined {
  if (isByName) return name;
  if (!map) return guessField(kind, name);
  const targets = Object.entries(map.map).filter(([, entry]) => columnsOf(entry).some(({ column }) => column === name));
  return targets.length === 0 ? undefined : targets.map(([target]) => target).join(", ");
}

function columnPreview(name: string, field: string | undefined, cells: readonly string[]): ColumnPreview {
  const different = [...new Set(cells.filter((cell) => cell !== ""))].slice(0, EXAMPLES);
  const examples = different.map((cell) => (cell.length > MAX_EXAMPLE ? `${cell.slice(0, MAX_EXAMPLE).toWellFormed()}…` : cell));
  return { name, field: field ?? null, type: typeOfCells(cells), examples };
}
