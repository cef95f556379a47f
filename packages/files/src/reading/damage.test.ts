import iconv from "iconv-lite";
import { describe, expect, it } from "vitest";
import { linesIn, parseStrictly, type Shape, type WrittenRecord, writeTable } from "./damage.fixture.js";
import { pieces } from "./pieces.fixture.js";
import { readRows } from "./read-rows.js";

interface Random {
  int(below: number): number;
  chance(percent: number): boolean;
  pick<T>(from: readonly T[]): T;
}

/** Numbers that the seed alone decides (Park and Miller). */
function seededRandom(seed: number): Random {
  let state = seed * 7_919;
  const int = (below: number): number => {
    state = (state * 48_271) % 2_147_483_647;
    return Math.floor((state / 2_147_483_647) * below);
  };
  const pick = <T>(from: readonly T[]): T => from[int(from.length)] as T;
  return { int, pick, chance: (percent) => int(100) < percent };
}

const TABLES = 10_000;
const COLUMNS = ["id", "name", "phone", "timeZone"];
const ENCODINGS = ["utf-8", "utf-16le", "utf-16be", "windows-1252", "iso-8859-1", "shift_jis"] as const;
/** Bytes that mean nothing where they stand alone. */
const INVALID: Readonly<Partial<Record<Shape["encoding"], Buffer>>> = {
  "utf-8": Buffer.from([0xff]),
  "utf-16le": Buffer.from([0x00, 0xdc]),
  "utf-16be": Buffer.from([0xdc, 0x00]),
  "windows-1252": Buffer.from([0x81]),
  shift_jis: Buffer.from([0xff]),
};
/** Marks the place of a damaged byte in the text; no cell has it. */
const PLACE = "\u0001";
const MARK = "\uFEFF";

interface Stored {
  readonly line: number;
  readonly cells: readonly string[];
}

describe("tables that are damaged once", () => {
  it.each([1, 2, 3, 4])(
    "lose the damaged record's lines at most, and gain none (seed %i)",
    { timeout: 120_000 },
    async (seed) => {
      const random = seededRandom(seed);
      for (let table = 0; table < TABLES / 4; table++) await damageOnce(random);
    },
  );

  it("come back whole where nothing is damaged", { timeout: 60_000 }, async () => {
    const random = seededRandom(5);
    for (let table = 0; table < TABLES / 10; table++) {
      const { shape, records, text } = randomTable(random);
      const { stored, rejected } = await read(encode(text, shape.encoding), shape, random);
      expect({ stored, rejected }, JSON.stringify(text)).toEqual({ stored: records.map(asStored), rejected: [] });
    }
  });
});

/** Damages a random table, and holds what is read of it against what was written. */
async function damageOnce(random: Random): Promise<void> {
  const { shape, text, records } = randomTable(random);
  const hit = random.pick(records);
  const { damaged, isInvalid } = damage(text, hit, shape, random);
  const { stored, rejected } = await read(encode(damaged, shape.encoding), shape, random);
  const story = JSON.stringify({ shape, text, damaged, stored, rejected });

  const valid = isInvalid ? undefined : parseStrictly(damaged, shape.delimiter, shape.lineEnd);
  if (valid !== undefined) {
    expect(
      stored.map(({ cells }) => cells),
      story,
    ).toEqual(valid.slice(1));
    return;
  }
  const grown = linesIn(damaged, shape.lineEnd) - linesIn(text, shape.lineEnd);
  const behind = hit.line + hit.lines;
  const others = records
    .filter((record) => record !== hit)
    .map((record) => (record.line < hit.line ? asStored(record) : { ...asStored(record), line: record.line + grown }));
  const ofHit = (line: number) => line >= hit.line && line < behind + grown;
  expect(
    stored.filter(({ line }) => !ofHit(line)),
    story,
  ).toEqual(others);
  expect(
    rejected.filter((line) => !ofHit(line)),
    story,
  ).toEqual([]);
  // Its own lines hold no record but such as the damaged text has there.
  for (const { line, cells } of stored.filter((row) => ofHit(row.line))) {
    const isWhole = JSON.stringify(cells) === JSON.stringify(hit.cells);
    expect(isWhole || isRecordAt(damaged, line, cells, shape), story).toBe(true);
  }
  if (!stored.some(({ line }) => line === hit.line)) expect(rejected, story).toContain(hit.line);
}

/** A strict reader that begins at this line finds these cells, in one line or more. */
function isRecordAt(text: string, line: number, cells: readonly string[], { delimiter, lineEnd }: Shape): boolean {
  const lines = text.split(lineEnd === "\r" ? /(?<=\r\n|\r(?!\n)|\n)/ : /(?<=\n)/);
  return lines.slice(line - 1).some((_, more) => {
    const alone = parseStrictly(lines.slice(line - 1, line + more).join(""), delimiter, lineEnd);
    return JSON.stringify(alone) === JSON.stringify([cells]);
  });
}

function asStored({ line, cells }: WrittenRecord): Stored {
  return { line, cells };
}

function randomTable(random: Random): {
  readonly shape: Shape;
  readonly text: string;
  readonly records: readonly WrittenRecord[];
} {
  const shape: Shape = {
    delimiter: random.pick([",", ";", "\t", "|"]),
    lineEnd: random.pick(["\n", "\r\n", "\r"]),
    encoding: random.pick(ENCODINGS),
    quoting: random.pick(["where needed", "always"]),
  };
  const width = 2 + random.int(3);
  const header = COLUMNS.slice(0, width);
  const rows = Array.from({ length: 2 + random.int(6) }, (_, row) => [
    `r${row}`,
    ...header.slice(1).map(() => cell(shape, random)),
  ]);
  const { text, records } = writeTable([header, ...rows], shape);
  return { shape, text, records: records.slice(1) };
}

/**
 * Neither begins nor ends with a delimiter or a line end; nor does it begin with a quote and a delimiter, which would close a quote that
 * was left open before it, and make one valid record of both.
 */
function cell({ delimiter, lineEnd, encoding }: Shape, random: Random): string {
  const letters = encoding === "shift_jis" ? ["a", "7", "ポ", "ソ"] : ["a", "7", "ä", "é"];
  const inner = random.pick([delimiter, ";", lineEnd, "\n", '"', '""', `"${delimiter}`, `${delimiter}"`, " "]);
  const word = (): string => Array.from({ length: 1 + random.int(3) }, () => random.pick(letters)).join("");
  const pieces = Array.from({ length: 1 + random.int(3) }, word);
  const quoted = random.chance(20) ? random.pick(['"', '""']) : "";
  return random.chance(10) ? random.pick(["x", '"', '""']) : quoted + pieces.join(random.chance(50) ? inner : "-");
}

interface Damaged {
  readonly damaged: string;
  readonly isInvalid: boolean;
}

/** Changes one record: a quote or a delimiter more or less, its end cut off, a byte that is none of the encoding. */
function damage(text: string, hit: WrittenRecord, shape: Shape, random: Random): Damaged {
  const { start, end } = span(text, hit, shape);
  const at = start + random.int(end - start);
  const insert = (what: string): string => text.slice(0, at) + what + text.slice(at);
  const remove = (what: string): string | undefined => {
    const places = [...text.slice(start, end)].flatMap((character, index) => (character === what ? [start + index] : []));
    if (places.length === 0) return undefined;
    const place = random.pick(places);
    return text.slice(0, place) + text.slice(place + 1);
  };
  const damages: readonly (() => string | undefined)[] = [
    () => insert('"'),
    () => insert(shape.delimiter),
    () => remove('"'),
    () => remove(shape.delimiter),
    () => text.slice(0, Math.max(at, start + 1)) + text.slice(end),
    () => (INVALID[shape.encoding] ? insert(PLACE) : undefined),
  ];
  const damaged = random.pick(damages)() ?? insert('"');
  return { damaged, isInvalid: damaged.includes(PLACE) };
}

/** Where the record is in the text, without its line end. */
function span(text: string, hit: WrittenRecord, shape: Shape): { readonly start: number; readonly end: number } {
  const written = writeTable([hit.cells], shape).text.slice(0, -shape.lineEnd.length);
  const ends = shape.lineEnd === "\r" ? /\r\n|\r|\n/g : /\n/g;
  let start = 0;
  for (let line = 1; line < hit.line; line++) {
    ends.exec(text);
    start = ends.lastIndex;
  }
  return { start, end: start + written.length };
}

function encode(text: string, encoding: Shape["encoding"]): Buffer {
  const marked = encoding.startsWith("utf-16") ? MARK + text : text;
  const parts = marked.split(PLACE).map((part) => iconv.encode(part, encoding, { addBOM: false }));
  return Buffer.concat(parts.flatMap((part, index) => (index === 0 ? [part] : [INVALID[encoding] ?? Buffer.alloc(0), part])));
}

/** What is stored and rejected, in pieces of any size. */
async function read(
  bytes: Buffer,
  { encoding }: Shape,
  random: Random,
): Promise<{ readonly stored: readonly Stored[]; readonly rejected: readonly number[] }> {
  const stored: Stored[] = [];
  const rejected: number[] = [];
  const map = {
    kind: "customers" as const,
    map: {},
    names: {},
    open: (header: readonly string[]) => (cells: readonly string[]) =>
      cells.length === header.length ? { data: cells } : { issue: { path: "", message: "cells" } },
    readObject: () => ({ data: undefined }),
  };
  const options = { format: "csv", kind: "customers", map, encoding } as const;
  try {
    for await (const row of readRows(pieces(bytes, 1 + random.int(40)), options)) {
      if ("issue" in row) rejected.push(row.line ?? 0);
      else stored.push({ line: row.line ?? 0, cells: row.data as string[] });
    }
  } catch (error) {
    throw new Error(`${JSON.stringify(bytes.toString("latin1"))}: ${String(error)}`, { cause: error });
  }
  return { stored, rejected };
}
