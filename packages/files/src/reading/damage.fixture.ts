import type { Encoding } from "./encodings.js";

/** Written without a look at the reader: a table as text, and an RFC 4180 parser that takes nothing else. */

export interface Shape {
  readonly delimiter: string;
  readonly lineEnd: string;
  readonly encoding: Encoding;
  readonly quoting: "where needed" | "always";
}

/** Of a record in the text: its cells, the line on which it begins, and how many it takes. */
export interface WrittenRecord {
  readonly cells: readonly string[];
  readonly line: number;
  readonly lines: number;
}

export interface WrittenTable {
  readonly text: string;
  readonly records: readonly WrittenRecord[];
}

export function writeTable(table: readonly (readonly string[])[], { delimiter, lineEnd, quoting }: Shape): WrittenTable {
  const records: WrittenRecord[] = [];
  let text = "";
  let line = 1;
  for (const cells of table) {
    const written = cells.map((cell) => writeCell(cell, delimiter, quoting)).join(delimiter);
    const lines = linesIn(written, lineEnd);
    records.push({ cells, line, lines });
    text += written + lineEnd;
    line += lines;
  }
  return { text, records };
}

function writeCell(cell: string, delimiter: string, quoting: Shape["quoting"]): string {
  const needs = quoting === "always" || [delimiter, '"', "\r", "\n"].some((special) => cell.includes(special));
  return needs ? `"${cell.split('"').join('""')}"` : cell;
}

export function linesIn(text: string, lineEnd: string): number {
  return splitLines(text, lineEnd).length;
}

function splitLines(text: string, lineEnd: string): string[] {
  return text.split(lineEnd === "\r" ? /\r\n|\r|\n/ : /\r?\n/);
}

/** The records of a text, by cells; undefined if it is not valid from end to end, or a record has another number of cells than the first. */
export function parseStrictly(text: string, delimiter: string, lineEnd: string): string[][] | undefined {
  const quoted = '"(?:[^"]|"")*"';
  const plain = lineEnd === "\r" ? `[^"\\r\\n${patternOf(delimiter)}]*` : `(?:[^"\\r\\n${patternOf(delimiter)}]|\\r(?!\\n))*`;
  const ends = lineEnd === "\r" ? "\\r\\n|\\r|\\n" : "\\r?\\n";
  const cell = new RegExp(`(${quoted}|${plain})(${patternOf(delimiter)}|${ends}|$)`, "y");
  const records: string[][] = [];
  let cells: string[] = [];
  while (cell.lastIndex < text.length || cells.length > 0) {
    const found = cell.exec(text);
    if (found === null) return undefined;
    const [, written = "", end] = found;
    cells.push(written.startsWith('"') ? written.slice(1, -1).split('""').join('"') : written);
    if (end === delimiter) continue;
    records.push(cells);
    cells = [];
    if (end === "") break;
  }
  const solid = records.filter((record) => record.length > 1 || record[0] !== "");
  return solid.every((record) => record.length === solid[0]?.length) ? solid : undefined;
}

function patternOf(delimiter: string): string {
  return delimiter === "|" ? "\\|" : delimiter;
}
