import { gzipSync } from "node:zlib";
import type { RowInput } from "@crm-engine/core";
import { describe, expect, it } from "vitest";
import { compileMap } from "../maps/compile-map.js";
import { pieces } from "./pieces.fixture.js";
import { type ReadRowsOptions, readRows } from "./read-rows.js";

const SIZES = [1, 2, 3, 7, 1000];

async function read(text: string | Uint8Array, options: Partial<ReadRowsOptions> = {}, size = 64 * 1024): Promise<RowInput[]> {
  const rows: RowInput[] = [];
  for await (const row of readRows(pieces(text, size), { format: "csv", kind: "customers", ...options })) rows.push(row);
  return rows;
}

/** Rows as `line: id name`, or `line: reason`. */
async function brief(text: string | Uint8Array, options: Partial<ReadRowsOptions> = {}, size?: number): Promise<string[]> {
  return (await read(text, options, size)).map((row) => {
    if ("issue" in row) return `${row.line}: ${row.issue.message}`;
    const { id, name } = row.data as { readonly id?: string; readonly name?: string };
    return `${row.line}: ${id} ${name}`;
  });
}

describe("delimiters and line ends", () => {
  it.each([
    ["commas", "id,name\na,A;1\n", ["2: a A;1"]],
    ["semicolons", "id;name\na;A,1\n", ["2: a A,1"]],
    ["tabs", "id\tname\na\tA,1;2\n", ["2: a A,1;2"]],
    ["bars", "id|name\na|A,1\n", ["2: a A,1"]],
    ["a delimiter in the quotes of the header", '"id";"name"\n"a";"A"\n', ["2: a A"]],
    ["a header over two lines", '"id";"\nname"\na;A\n', ["3: a A"]],
    ["sep=", "sep=;\nid;name\na;A\n", ["3: a A"]],
    ["sep= that says otherwise than the header seems to", "SEP=|\r\nid|name\r\na|A\r\n", ["3: a A"]],
    ["sep= in quotes, before blank lines", '"sep=\t"\r\n\r\nid\tname\r\na\tA\r\n', ["4: a A"]],
    ["LF without a last one", "id,name\na,A\nb,B", ["2: a A", "3: b B"]],
    ["CRLF, cut within the last one", "id,name\r\na,A\r\nb,B\r", ["2: a A", "3: b B"]],
    ["LF and CRLF", "id,name\na,A\r\nb,B\n", ["2: a A", "3: b B"]],
    ["CR", "id,name\ra,A\rb,B\r", ["2: a A", "3: b B"]],
    ["CR without a last one", "id,name\ra,A\rb,B", ["2: a A", "3: b B"]],
    ["CR, with LF in cells and blank lines", 'id,name\r\ra,"A\nB"\r\rb,B\r', ["3: a A\nB", "6: b B"]],
    ["a CR in a cell of a file of LF", 'id,name\na,"A\rB"\nb,B\n', ["2: a A\rB", "3: b B"]],
    ["blank lines before the header, and between records", "\n  \nid,name\n\na,A\n \n\nb,B\n\n", ["5: a A", "8: b B"]],
    ["cells of several lines", 'id,name\r\na,"A\r\n\r\n""B"""\r\nb,B\r\n', ['2: a A\r\n\r\n"B"', "5: b B"]],
  ])("reads %s", async (_, text, rows) => {
    for (const size of SIZES) expect(await brief(text, {}, size)).toEqual(rows);
  });

  it("reads a column alone, whatever is in its cells", async () => {
    expect(await brief("id\na;b\tc|d\n")).toEqual(["2: a;b\tc|d undefined"]);
  });

  it("unpacks several members as one file", async () => {
    const packed = Buffer.concat([gzipSync("id,name\na,A\nb"), gzipSync(",B\nc,C\n")]);
    for (const size of [7, 1000]) expect(await brief(packed, { gzip: true }, size)).toEqual(["2: a A", "3: b B", "4: c C"]);
  });
});

describe("damage", () => {
  const QUOTE = "a quote is not closed";
  it.each([
    ["a quote opened before the end of the file", 'id,name\na,"A\nb,B\n', [`2: ${QUOTE}`, "3: b B"]],
    ["a quote closed by the next line's", 'id,name\na,"A\nb,"B"\nc,C\n', [`2: ${QUOTE}`, "3: b B", "4: c C"]],
    [
      "a quote that a later line closes well",
      'id,name\na,"A\nb,B",x\nc,C\n',
      [`2: ${QUOTE}: over 2 lines the row would have 3 cells, the header 2`, "3: a quote stands where none may", "4: c C"],
    ],
    [
      "a quote on a line that closed another",
      'id,name\n"a\nb",x,"c\nd,D\ne,"E"\n',
      [`2: ${QUOTE}`, "3: a quote stands where none may", "4: d D", "5: e E"],
    ],
    ["a character behind a quote", 'id,name\n"a"x,A\nb,B\n', ["2: a quote stands where none may", "3: b B"]],
    ["a CR behind a quote", 'id,name\na,"A"\rx\nb,B\n', ["2: a quote stands where none may", "3: b B"]],
    ["a quote inside a cell", 'id,name\na,5" pipe\nb,B\n', ["2: a quote stands where none may", "3: b B"]],
    [
      "cells too many and too few",
      "id,name\na,A,x\nb\nc,C\n",
      ["2: the row has 3 cells, the header 2", "3: the row has 1 cells, the header 2", "4: c C"],
    ],
    ["an open quote on the last line", 'id,name\na,A\nb,"B', ["2: a A", `3: ${QUOTE}`]],
  ])("costs its own line where there is %s", async (_, text, rows) => {
    for (const size of SIZES) {
      expect(await brief(text, {}, size)).toEqual(rows);
      expect(await brief(text.replaceAll("\n", "\r\n"), {}, size)).toEqual(rows);
    }
  });

  it("costs the line where a quote was opened, if the row then grows too long", async () => {
    const text = `id,name\na,"A\n${"b,B\n".repeat(30)}`;
    for (const size of [1, 10, 1000]) {
      const rows = await brief(text, { maxRowBytes: 50 }, size);
      expect(rows.slice(0, 2)).toEqual([`2: ${QUOTE}`, "3: b B"]);
      expect(rows).toHaveLength(31);
    }
  });

  it("keeps a row of exactly the limit, in quotes and over lines too", async () => {
    const text = 'id,name\na,"A\nBCD"\nb,B\n';
    for (const size of SIZES) {
      expect(await brief(text, { maxRowBytes: 9 }, size)).toEqual(["2: a A\nBCD", "4: b B"]);
      expect((await brief(text, { maxRowBytes: 8 }, size))[0]).toBe(`2: ${QUOTE}`);
    }
  });
});

describe("files that can't be read", () => {
  const zip = (name: string) => Buffer.from(`PK\x03\x04\x14\0\0\0\b\0${"\0".repeat(20)}${name}`, "latin1");
  const utf16 = Buffer.from("id,name\na,A\n", "utf16le");
  const wide = Array.from({ length: 10_000 }, (_, index) => `attributes.a${index}`).join();
  it.each<[string, Uint8Array | string, RegExp, Partial<ReadRowsOptions>?]>([
    ["a workbook", zip("[Content_Types].xml"), /\.xlsx\): save it as CSV/],
    ["an old workbook", Buffer.from("d0cf11e0a1b11ae10000", "hex"), /\.xls\): save it as CSV/],
    ["a zip", zip("people.csv"), /zip archive.*unpack it.*save it as CSV/],
    ["gzip that nobody unpacked", gzipSync("id\na\n"), /gzip: end its name in \.gz, or say Content-Encoding/],
    ["a binary", Buffer.from("\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0", "latin1"), /binary file; here CSV, TSV or NDJSON/],
    ["a PDF", "%PDF-1.7\n%\n", /PDF; here CSV, TSV or NDJSON/],
    ["UTF-16 without its mark", utf16, /UTF-16 without the mark.*save it as UTF-8/],
    ["the same the other way around", Buffer.from(utf16).swap16(), /UTF-16 without the mark/],
    ["UTF-16 that is said, without its mark", utf16, /UTF-16 without the mark/, { encoding: "utf-16" }],
    ["nothing", "", /The file is empty: a CSV has a header row/],
    ["blank lines", "\n\r\n  \n", /no header row/],
    ["a header alone", "id,name\n", /a header and nothing else: rows/],
    ["a header without columns that matter", "name,tags\nA,x\n", /lacks id, email or phone/],
    [
      "orders without columns that they need",
      "id,sku\n1,x\n",
      /lacks customerId, .* or customer.phone, and amount, and placedAt/,
      { kind: "orders" },
    ],
    ["a column twice", "id,name,id\na,A,a\n", /id is in the header twice/],
    ["10,000 columns", `${wide}\n`, /has 10000 columns; it may have 4000/],
    ["a header that is cut", 'id,"name\na,A\n', /header can't be read: a quote is not closed/],
    [
      "a header in another encoding",
      Buffer.from("id,attributes.stra\xdfe\na,A\n", "latin1"),
      /not valid UTF-8: say.*windows-1252/,
    ],
    ["an unknown sep=", "sep=x\nidxname\n", /says "sep=x"; the delimiter may be , ; tab or \|/],
    ["a header that is too long", `id,${"x".repeat(200)}`, /header is longer than 100 bytes/, { maxRowBytes: 100 }],
  ])("says what may stand there instead of %s", async (_, bytes, message, options = {}) => {
    for (const size of [1, 16, 100_000]) {
      if (size < 16 && /zip|gzip|PDF|binary|UTF-16|xls/.test(String(message))) continue;
      await expect(read(bytes, options, size)).rejects.toMatchObject({
        code: "invalid",
        details: { input: "malformed" },
        message: expect.stringMatching(message),
      });
    }
  });

  it("names the columns that a map has and a file has not", async () => {
    const map = compileMap("customers", { id: "No", name: "Name" }, { currency: "USD" });
    await expect(read("No;Nmae\n1;A\n", { map })).rejects.toThrow("lacks columns of the map: Name. It has No, Nmae.");
  });

  it("holds no more of a cell of 100 MB than a row may have", async () => {
    const chunk = Buffer.alloc(64 * 1024, "x");
    const before = process.memoryUsage().arrayBuffers;
    let peak = 0;
    async function* upload(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('id,name\na,A\nb,"');
      for (let sent = 0; sent < 1600; sent++) {
        peak = Math.max(peak, process.memoryUsage().arrayBuffers - before);
        yield chunk;
      }
      yield Buffer.from('"\nc,C\n');
    }
    const rows: unknown[] = [];
    for await (const row of readRows(upload(), { format: "csv", kind: "customers" }))
      rows.push("issue" in row ? row.issue.message : row.line);
    expect(rows).toEqual([2, "the row is longer than 1048576 bytes", 4]);
    expect(peak).toBeLessThan(48 * 2 ** 20);
  });
});
