import { type Encoding, encodingOf, type FileEncoding, transcoder } from "./encodings.js";
import type { PeekedBytes } from "./peeked-bytes.js";
import { LOOKED_AT_BYTES, refuseForeign } from "./refuse-foreign.js";

/** A file as UTF-8 without a mark. What is not valid in its encoding is not valid UTF-8 here either, and stands on the same line. */
export interface OpenText {
  /** As messages name it. */
  readonly encoding: string;
  readonly chunks: AsyncIterable<Buffer>;
}

/** More than any mark, and than most of what tells other files from text. */
const ENOUGH_BYTES = 8;

/**
 * Finds a file's encoding by its mark, or as stated, and decodes it as it is read. Throws, as malformed, where its head shows that it is
 * no text. The chunks must be read, or closed, by whoever opened it.
 */
export async function openText(source: PeekedBytes, stated: Encoding | undefined, isTable: boolean): Promise<OpenText> {
  const head = await source.peek(
    (bytes) => bytes.length >= LOOKED_AT_BYTES || (bytes.length >= ENOUGH_BYTES && bytes.includes("\n")),
  );
  refuseForeign(head, { isTable, isEncodingStated: stated !== undefined && stated !== "utf-16" });
  const { encoding, markBytes } = encodingOf(head, stated);
  source.skip(markBytes);
  return { encoding: nameOf(encoding), chunks: encoding === "utf-8" ? source : transcoded(source, encoding) };
}

async function* transcoded(source: PeekedBytes, encoding: FileEncoding["encoding"]): AsyncGenerator<Buffer> {
  const decoder = transcoder(encoding);
  for await (const chunk of source) {
    const text = decoder.write(chunk);
    if (text.length > 0) yield text;
  }
  const rest = decoder.end();
  if (rest.length > 0) yield rest;
}

function nameOf(encoding: FileEncoding["encoding"]): string {
  return /^(utf|us|iso|ibm|koi8)/.test(encoding) ? encoding.toUpperCase() : encoding;
}
