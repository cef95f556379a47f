import { type FileFormat, formatOf } from "./file-format";
import { splitCsv } from "./split-csv";

export interface FileHead {
  readonly format: FileFormat;
  /** Names of columns, or of the first object's fields. */
  readonly columns: readonly string[];
  /** The first rows under them. */
  readonly rows: readonly (readonly string[])[];
}

const HEAD_BYTES = 64 * 1024;
const SHOWN_ROWS = 3;

/** Looks at how a file begins; nothing of it is sent. */
export async function readHead(file: File): Promise<FileHead> {
  const gzip = await isGzip(file);
  const text = await beginning(file, gzip);
  const format = formatOf(file.name, gzip, text);
  return { format, ...(format.contentType === "text/csv" ? csvHead(text) : jsonHead(text)) };
}

async function isGzip(file: File): Promise<boolean> {
  const [first, second] = new Uint8Array(await file.slice(0, 2).arrayBuffer());
  return first === 0x1f && second === 0x8b;
}

async function beginning(file: File, gzip: boolean): Promise<string> {
  if (!gzip) return file.slice(0, HEAD_BYTES).text();
  const reader = file.stream().pipeThrough(new DecompressionStream("gzip")).getReader();
  const decoder = new TextDecoder();
  let text = "";
  while (text.length < HEAD_BYTES) {
    const { done, value } = await reader.read();
    if (done) return text;
    text += decoder.decode(value, { stream: true });
  }
  await reader.cancel();
  return text.slice(0, HEAD_BYTES);
}

function csvHead(text: string): Pick<FileHead, "columns" | "rows"> {
  const [columns = [], ...rows] = splitCsv(text.replace(/^\uFEFF/, ""), SHOWN_ROWS + 1);
  return { columns, rows };
}

function jsonHead(text: string): Pick<FileHead, "columns" | "rows"> {
  const objects = firstObjects(text).slice(0, SHOWN_ROWS);
  const columns = [...new Set(objects.flatMap((object) => Object.keys(object)))];
  return {
    columns,
    rows: objects.map((object) => columns.map((column) => shown(object[column]))),
  };
}

function firstObjects(text: string): readonly Record<string, unknown>[] {
  const whole = parsed(text);
  if (Array.isArray(whole)) return whole.filter(isObject);
  if (isObject(whole)) return [whole];
  return text
    .split(/\r?\n/, SHOWN_ROWS + 1)
    .map(parsed)
    .filter(isObject);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const shown = (value: unknown): string => (value === undefined ? "" : typeof value === "string" ? value : JSON.stringify(value));
