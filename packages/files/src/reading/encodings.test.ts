import { describe, expect, it } from "vitest";
import { ENCODINGS, type Encoding, findEncoding, transcoder, unknownEncoding } from "./encodings.js";
import { describeHead } from "./file-head.js";
import { pieces } from "./pieces.fixture.js";
import { readRows } from "./read-rows.js";

const NAMES = "id,name\na,Ädele\nb,Bøb\n";
const marked = (text: string) => Buffer.from(`\uFEFF${text}`, "utf16le");

async function names(bytes: Uint8Array, encoding?: Encoding, size = 1000): Promise<unknown[]> {
  const read: unknown[] = [];
  for await (const row of readRows(pieces(bytes, size), { format: "csv", kind: "customers", ...(encoding && { encoding }) }))
    read.push("issue" in row ? `${row.line}: ${row.issue.message}` : (row.data as { readonly name: string }).name);
  return read;
}

describe("encodings", () => {
  it.each<[string, Buffer, Encoding?]>([
    ["UTF-8", Buffer.from(NAMES)],
    ["UTF-8 by its mark, whatever is said", Buffer.from(`\uFEFF${NAMES}`), "iso-8859-1"],
    ["UTF-16LE by its mark", marked(NAMES)],
    ["UTF-16BE by its mark", marked(NAMES).swap16()],
    ["UTF-16 as said, by its mark", marked(NAMES).swap16(), "utf-16"],
    ["UTF-16BE as said", Buffer.from(NAMES, "utf16le").swap16(), "utf-16be"],
    ["ISO 8859-1", Buffer.from(NAMES, "latin1"), "iso-8859-1"],
    ["windows-1252", Buffer.from(NAMES, "latin1"), "windows-1252"],
  ])("reads %s, wherever its characters are cut", async (_, bytes, encoding) => {
    for (const size of [1, 2, 3, 5, 1000]) expect(await names(bytes, encoding, size)).toEqual(["Ädele", "Bøb"]);
  });

  it.each<[Encoding, number, string]>([
    ["windows-1252", 0x80, "€"],
    ["windows-1252", 0x93, "“"],
    ["iso-8859-1", 0x80, "\x80"],
    ["iso-8859-15", 0xa4, "€"],
    ["iso-8859-9", 0xfd, "ı"],
    ["windows-1251", 0xc6, "Ж"],
    ["ibm850", 0x84, "ä"],
    ["macintosh", 0x8a, "ä"],
  ])("%s has %i for %s", async (encoding, byte, character) => {
    expect(await names(Buffer.concat([Buffer.from("id,name\na,"), Buffer.from([byte])]), encoding)).toEqual([character]);
  });

  it("reads characters of several bytes, also such as end like a delimiter or a quote", async () => {
    const shiftJis = Buffer.from([...Buffer.from("id|name\na|"), 0x83, 0x7c, 0x83, 0x5c, ...Buffer.from("\nb|B\n")]);
    for (const size of [1, 1000]) expect(await names(shiftJis, "shift_jis", size)).toEqual(["ポソ", "B"]);
  });

  it("makes what is not valid the rejection of its row, never another character", async () => {
    const broken = (bytes: readonly number[]) =>
      Buffer.concat([Buffer.from("id,name\na,A\nb,B"), Buffer.from(bytes), Buffer.from("\nc,C\n")]);
    for (const byte of [0x81, 0x8d, 0x8f, 0x90, 0x9d])
      expect(await names(broken([byte]), "windows-1252")).toEqual(["A", "3: the row is not valid windows-1252", "C"]);
    for (const size of [1, 1000]) {
      expect(await names(broken([0xc3]), undefined, size)).toEqual(["A", "3: the row is not valid UTF-8", "C"]);
      expect(await names(broken([0xe4]), "us-ascii", size)).toEqual(["A", "3: the row is not valid US-ASCII", "C"]);
      expect(await names(broken([0x81]), "shift_jis", size)).toEqual(["A", "3: the row is not valid shift_jis", "C"]);
      const lone = marked("id,name\na,A\nb,\uD83D\nc,\uDE00\nd,😀\ne,\uFFFD\n");
      for (const bytes of [lone, Buffer.from(lone).swap16()]) {
        const name = bytes === lone ? "UTF-16LE" : "UTF-16BE";
        expect(await names(bytes, undefined, size)).toEqual([
          "A",
          `3: the row is not valid ${name}`,
          `4: the row is not valid ${name}`,
          "😀",
          "\uFFFD",
        ]);
      }
      expect(await names(Buffer.concat([marked("id,name\na,A\nb,B"), Buffer.from([0x41])]), undefined, size)).toEqual([
        "A",
        "3: the row is not valid UTF-16LE",
      ]);
    }
  });

  it("knows every name of its list, and others for the same", () => {
    for (const name of ENCODINGS) {
      expect(findEncoding(name.toUpperCase())).toBe(name);
      if (name === "utf-16" || name === "utf-16le" || name === "utf-16be") continue;
      expect(transcoder(name).write(Buffer.from('i,"d\n')).toString("latin1")).toBe('i,"d\n');
    }
    expect(["latin1", "ISO_8859-15", "cp1252", "Windows 1252", "UTF8", "l1"].map(findEncoding)).toEqual([
      "iso-8859-1",
      "iso-8859-15",
      "windows-1252",
      "windows-1252",
      "utf-8",
      "iso-8859-1",
    ]);
    expect(findEncoding("latin-99")).toBeUndefined();
    expect(findEncoding("__proto__")).toBeUndefined();
    expect(unknownEncoding("x")).toMatch(/"x" is no encoding.*utf-8, utf-16.*windows-1252/);
  });
});

describe("describeHead", () => {
  it.each([
    ["id,name\n", undefined, { delimiter: ",", encoding: "utf-8", lineEnd: "LF" }],
    ["\uFEFFid;name\r\na;b\r\n", undefined, { delimiter: ";", encoding: "utf-8", lineEnd: "CRLF" }],
    ["id\tname\ra\tA", "latin1", { delimiter: "\t", encoding: "iso-8859-1", lineEnd: "CR" }],
    ["sep=|\r\nid,name|x\r\n", undefined, { delimiter: "|", encoding: "utf-8", lineEnd: "CRLF" }],
    ["id", undefined, { delimiter: ",", encoding: "utf-8", lineEnd: "LF" }],
    ["", undefined, { delimiter: ",", encoding: "utf-8", lineEnd: "LF" }],
  ])("%j", (text, stated, head) => {
    expect(describeHead(Buffer.from(text), stated === undefined ? undefined : findEncoding(stated))).toEqual(head);
  });

  it("decodes as it goes, and refuses what is no text", () => {
    expect(describeHead(marked("id|name\r\n"))).toEqual({ delimiter: "|", encoding: "utf-16le", lineEnd: "CRLF" });
    expect(() => describeHead(Buffer.from("PK\x03\x04xl/"))).toThrow("save it as CSV");
  });
});
