export const QUOTE = 0x22;
export const LF = 0x0a;
export const CR = 0x0d;

/** How the lines of a file end. In a file of CR, LF and CRLF end lines too; in the others, a CR that stands alone ends none. */
export type LineEnd = "LF" | "CRLF" | "CR";

export function countLineEnds(bytes: Buffer, lineEnd: LineEnd): number {
  let count = 0;
  for (let at = nextLineEnd(bytes, 0, lineEnd); at < bytes.length; at = nextLineEnd(bytes, at, lineEnd)) {
    count += 1;
    if (bytes[at] === CR && bytes[at + 1] === LF) at += 1;
    at += 1;
  }
  return count;
}

/** Where the next line end begins, or its LF in a file of LF or CRLF; the length of the bytes, if there is none. */
export function nextLineEnd(bytes: Buffer, from: number, lineEnd: LineEnd): number {
  if (lineEnd === "CR") {
    for (let at = from; at < bytes.length; at++) if (bytes[at] === CR || bytes[at] === LF) return at;
    return bytes.length;
  }
  const lf = bytes.indexOf(LF, from);
  return lf === -1 ? bytes.length : lf;
}
