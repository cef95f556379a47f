import { malformed } from "../input-fault.js";
import { encodingOf, NO_MARK } from "./encodings.js";

/** How much of a file's head is looked at. */
export const LOOKED_AT_BYTES = 4096;

const MAY_STAND = "CSV, TSV or NDJSON as text";
const SAVE_AS_CSV = "save it as CSV, and send that";

/** By how they begin. */
const FOREIGN: readonly (readonly [start: string, message: (head: string) => string])[] = [
  ["PK\x03\x04", ofZip],
  ["PK\x05\x06", ofZip],
  ["\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", () => `This is an Excel workbook (.xls): ${SAVE_AS_CSV}.`],
  ["\x1f\x8b", () => "This is gzip: end its name in .gz, or say Content-Encoding: gzip."],
  ["%PDF-", () => `This is a PDF; here ${MAY_STAND} may stand.`],
];

/** Throws, as malformed, where a file is none of rows: a workbook, an archive, a picture, UTF-16 that nothing says to be so. */
export function refuseForeign(head: Buffer, isEncodingStated: boolean): void {
  const start = head.subarray(0, LOOKED_AT_BYTES).toString("latin1");
  const foreign = FOREIGN.find(([magic]) => start.startsWith(magic));
  if (foreign) throw malformed(foreign[1](start));
  if (isEncodingStated || encodingOf(head).markBytes > 0) return;
  const zeros = [0, 0] as [even: number, odd: number];
  for (let at = start.indexOf("\0"); at !== -1; at = start.indexOf("\0", at + 1)) zeros[at % 2 === 0 ? 0 : 1] += 1;
  const [even, odd] = zeros;
  if (even + odd === 0) return;
  if (even + odd >= start.length / 4 && Math.min(even, odd) <= (even + odd) / 10) throw malformed(NO_MARK);
  const firstZero = start.indexOf("\0");
  const isInHeader = !/[\r\n]/.test(start.slice(0, firstZero));
  if (isInHeader || even + odd > start.length / 100) throw malformed(`This is a binary file; here ${MAY_STAND} may stand.`);
}

function ofZip(head: string): string {
  if (/\[Content_Types\]\.xml|_rels\/|docProps\/|\bxl\//.test(head)) return `This is an Excel workbook (.xlsx): ${SAVE_AS_CSV}.`;
  if (head.includes("opendocument")) return `This is an OpenDocument file: ${SAVE_AS_CSV}.`;
  return `This is a zip archive, or a workbook (.xlsx): unpack it, or ${SAVE_AS_CSV}.`;
}
