import { DELIMITERS, type Delimiter, findHeader } from "./dialect.js";
import { type Encoding, encodingOf, type FileEncoding, transcoder } from "./encodings.js";
import type { LineEnd } from "./line-ends.js";
import { refuseForeign } from "./refuse-foreign.js";

/** How a CSV would be read. */
export interface FileHead {
  readonly delimiter: Delimiter;
  readonly encoding: FileEncoding["encoding"];
  readonly lineEnd: LineEnd;
}

/**
 * Tells from the first bytes of an unpacked CSV how it is read: the more there are, up to the end of the header, the surer. A comma and LF
 * where nothing says otherwise. Throws, as malformed, where the head shows that the file is no text, or says a delimiter that can't be used.
 */
export function describeHead(head: Uint8Array, stated?: Encoding): FileHead {
  const bytes = Buffer.from(head.buffer, head.byteOffset, head.length);
  refuseForeign(bytes, { isTable: true, isEncodingStated: stated !== undefined && stated !== "utf-16" });
  const { encoding, markBytes } = encodingOf(bytes, stated);
  const found = findHeader(transcoder(encoding).write(bytes.subarray(markBytes)), true);
  const { delimiter, lineEnd } = typeof found === "object" ? found : { delimiter: DELIMITERS[0], lineEnd: "LF" as const };
  return { delimiter, encoding, lineEnd };
}
