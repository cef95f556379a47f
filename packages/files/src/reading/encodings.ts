import iconv from "iconv-lite";
import { malformed } from "../input-fault.js";

/** What a file may be said to be written in. `utf-16` is told apart by its mark. */
export const ENCODINGS = [
  "utf-8",
  "utf-16",
  "utf-16le",
  "utf-16be",
  "us-ascii",
  "iso-8859-1",
  "iso-8859-2",
  "iso-8859-3",
  "iso-8859-4",
  "iso-8859-5",
  "iso-8859-6",
  "iso-8859-7",
  "iso-8859-8",
  "iso-8859-9",
  "iso-8859-10",
  "iso-8859-11",
  "iso-8859-13",
  "iso-8859-14",
  "iso-8859-15",
  "iso-8859-16",
  "windows-1250",
  "windows-1251",
  "windows-1252",
  "windows-1253",
  "windows-1254",
  "windows-1255",
  "windows-1256",
  "windows-1257",
  "windows-1258",
  "windows-874",
  "ibm437",
  "ibm850",
  "ibm852",
  "ibm866",
  "koi8-r",
  "koi8-u",
  "macintosh",
  "shift_jis",
  "euc-jp",
  "gb18030",
  "big5",
  "euc-kr",
] as const;
export type Encoding = (typeof ENCODINGS)[number];

/** Other names of the same, without what is no letter or digit. */
const ALIASES: Readonly<Record<string, Encoding>> = {
  ascii: "us-ascii",
  latin1: "iso-8859-1",
  l1: "iso-8859-1",
  latin2: "iso-8859-2",
  latin5: "iso-8859-9",
  latin9: "iso-8859-15",
  tis620: "iso-8859-11",
  macroman: "macintosh",
  mac: "macintosh",
  sjis: "shift_jis",
  windows31j: "shift_jis",
  cp932: "shift_jis",
  gbk: "gb18030",
  gb2312: "gb18030",
  cp936: "gb18030",
  ucs2: "utf-16",
};

const NAMES: ReadonlyMap<string, Encoding> = new Map([
  ...ENCODINGS.map((name) => [plain(name), name] as const),
  ...ENCODINGS.flatMap((name) => {
    const page = /^(?:windows-|ibm)(\d+)$/.exec(name)?.[1];
    return page === undefined ? [] : [[`cp${page}`, name] as const, [`win${page}`, name] as const];
  }),
  ...Object.entries(ALIASES),
]);

/** The encoding of a name, however it is spelt (`latin1`, `CP1252`); undefined where it is none that can be read. */
export function findEncoding(name: string): Encoding | undefined {
  return NAMES.get(plain(name));
}

/** Names what may stand there. */
export function unknownEncoding(name: string): string {
  return `${JSON.stringify(name.slice(0, 100))} is no encoding that can be read; it may be ${ENCODINGS.join(", ")}.`;
}

function plain(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, "");
}

/** How a file is decoded, and how long the mark at its start is. */
export interface FileEncoding {
  readonly encoding: Exclude<Encoding, "utf-16">;
  readonly markBytes: number;
}

/** By the mark, which says it whatever else is said; else as stated, else UTF-8. Throws, as malformed, for UTF-16 of an unknown order. */
export function encodingOf(head: Uint8Array, stated?: Encoding): FileEncoding {
  const [first, second, third] = head;
  if (first === 0xef && second === 0xbb && third === 0xbf) return { encoding: "utf-8", markBytes: 3 };
  if (first === 0xff && second === 0xfe) return { encoding: "utf-16le", markBytes: 2 };
  if (first === 0xfe && second === 0xff) return { encoding: "utf-16be", markBytes: 2 };
  if (stated === "utf-16") throw malformed(NO_MARK);
  return { encoding: stated ?? "utf-8", markBytes: 0 };
}

export const NO_MARK =
  "The file is UTF-16 without the mark that says its byte order: save it as UTF-8, or with the mark, or name the encoding as utf-16le or utf-16be.";

/** Stands in the bytes for what is not valid in the file's encoding, and is never valid in UTF-8 itself. */
const INVALID = Buffer.from([0xff]);

/** Turns pieces of a file into UTF-8. What is not valid becomes a byte that is not valid UTF-8 either, so it is found where the text is. */
export interface Transcoder {
  write(bytes: Buffer): Buffer;
  end(): Buffer;
}

export function transcoder(encoding: FileEncoding["encoding"]): Transcoder {
  if (encoding === "utf-8") return { write: (bytes) => bytes, end: () => Buffer.alloc(0) };
  if (encoding === "utf-16le" || encoding === "utf-16be") return utf16Transcoder(encoding === "utf-16be");
  if (encoding === "us-ascii") return { write: asciiOnly, end: () => Buffer.alloc(0) };
  if (SEVERAL_BYTES.has(encoding)) return severalBytesTranscoder(encoding);
  return { write: (bytes) => encodeAround(/\uFFFD/, iconv.decode(bytes, encoding)), end: () => Buffer.alloc(0) };
}

/** Of which a character may be cut by the end of a piece. */
const SEVERAL_BYTES: ReadonlySet<string> = new Set(["shift_jis", "euc-jp", "gb18030", "big5", "euc-kr"] satisfies Encoding[]);
/** What a decoder gives for bytes that mean nothing: a replacement, or a character that no text has. */
const NOT_VALID = /[\uFFFD\u0080-\u009F\uF8F0-\uF8FF]/;

/** The platform's decoder: a line end behind half a character stays one, also where a piece ends between them. */
function severalBytesTranscoder(encoding: string): Transcoder {
  const decoder = new TextDecoder(encoding);
  return {
    write: (bytes) => encodeAround(NOT_VALID, decoder.decode(bytes, { stream: true })),
    end: () => encodeAround(NOT_VALID, decoder.decode()),
  };
}

function asciiOnly(bytes: Buffer): Buffer {
  if (bytes.every((byte) => byte < 0x80)) return bytes;
  return Buffer.from(bytes.map((byte) => (byte < 0x80 ? byte : 0xff)));
}

/** Keeps back half a unit, and half a pair of surrogates, for the bytes that follow. */
function utf16Transcoder(isBigEndian: boolean): Transcoder {
  let kept: Buffer = Buffer.alloc(0);
  return {
    write: (bytes) => {
      const all = kept.length === 0 ? bytes : Buffer.concat([kept, bytes]);
      let whole = all.length - (all.length % 2);
      const lastHigh = whole === 0 ? undefined : all[isBigEndian ? whole - 2 : whole - 1];
      if (lastHigh !== undefined && lastHigh >= 0xd8 && lastHigh <= 0xdb) whole -= 2;
      kept = Buffer.from(all.subarray(whole));
      const units = Buffer.from(all.subarray(0, whole));
      if (isBigEndian) units.swap16();
      const text = units.toString("utf16le");
      return text.isWellFormed() ? Buffer.from(text, "utf8") : encodeAround(/\p{Surrogate}/u, text);
    },
    end: () => (kept.length === 0 ? kept : INVALID),
  };
}

function encodeAround(invalid: RegExp, text: string): Buffer {
  const [first = "", ...others] = text.split(invalid);
  if (others.length === 0) return Buffer.from(first, "utf8");
  return Buffer.concat([Buffer.from(first, "utf8"), ...others.flatMap((piece) => [INVALID, Buffer.from(piece, "utf8")])]);
}
