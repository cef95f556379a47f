import { malformed } from "../input-fault.js";
import { encodingOf, NO_MARK } from "./encodings.js";

/** How much of a file's head is looked at. */
export const LOOKED_AT_BYTES = 4096;

/** As many may come by accident. */
const MOST_ZEROS = 2;
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

/** What is said of a file beside its bytes. */
export interface SaidOfFile {
  readonly isTable: boolean;
  readonly isEncodingStated: boolean;
}

/**
 * Throws, as malformed, where a file is none of rows: a workbook, an archive, a picture, UTF-16 that nothing says to be so. A zero in the
 * header of a table is enough to tell; elsewhere a few of them are their rows' own faults.
 */
export function refuseForeign(head: Buffer, { isTable, isEncodingStated }: SaidOfFile): void {
  const start = head.subarray(0, LOOKED_AT_BYTES).toString("latin1");
  const foreign = FOREIGN.find(([magic]) => start.startsWith(magic));
  if (foreign) throw malformed(foreign[1](start));
  if (isEncodingStated || encodingOf(head).markBytes > 0) return;
  const { even, odd, first } = zerosIn(start);
  const zeros = even + odd;
  if (zeros === 0) return;
  if (zeros >= start.length / 4 && Math.min(even, odd) <= zeros / 10) throw malformed(NO_MARK);
  const isInHeader = isTable && !/[\r\n]/.test(start.slice(0, first));
  const isMuch = zeros > start.length / (isTable ? 100 : 10) && zeros > MOST_ZEROS;
  if (isInHeader || isMuch) throw malformed(`This is a binary file; here ${MAY_STAND} may stand.`);
}

/** How many zeros stand at even and at odd places, and where the first one does. */
function zerosIn(text: string): { readonly even: number; readonly odd: number; readonly first: number } {
  const first = text.indexOf("\0");
  let even = 0;
  let odd = 0;
  for (let at = first; at !== -1; at = text.indexOf("\0", at + 1)) {
    if (at % 2 === 0) even += 1;
    else odd += 1;
  }
  return { even, odd, first };
}

function ofZip(head: string): string {
  if (/\[Content_Types\]\.xml|_rels\/|docProps\/|\bxl\//.test(head)) return `This is an Excel workbook (.xlsx): ${SAVE_AS_CSV}.`;
  if (head.includes("opendocument")) return `This is an OpenDocument file: ${SAVE_AS_CSV}.`;
  return `This is a zip archive, or a workbook (.xlsx): unpack it, or ${SAVE_AS_CSV}.`;
}
