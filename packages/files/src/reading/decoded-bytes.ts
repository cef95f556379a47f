import { pipeline } from "node:stream";
import { createGunzip } from "node:zlib";
import { malformed, tooLarge } from "../input-fault.js";

export interface DecodeOptions {
  readonly gzip?: boolean;
  /** Applied to the bytes as they come and again to what they unpack to. */
  readonly maxStreamBytes?: number;
}

/** The bytes of an input, unpacked, as they come. Rejects as malformed where the gzip is broken, and as too large past the limit. */
export async function* decodedBytes(source: AsyncIterable<Uint8Array>, options: DecodeOptions): AsyncGenerator<Uint8Array> {
  const maxBytes = options.maxStreamBytes ?? Number.POSITIVE_INFINITY;
  const wire = limited(source, maxBytes, "The body");
  if (!options.gzip) {
    yield* wire;
    return;
  }
  const unpacked = pipeline(wire, createGunzip(), () => undefined);
  try {
    yield* limited(unpacked, maxBytes, "The unpacked body");
  } catch (error) {
    throw isGzipFault(error) ? malformed("The body is not gzip, or it breaks off.") : error;
  }
}

async function* limited(source: AsyncIterable<Uint8Array>, maxBytes: number, what: string): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const chunk of source) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw tooLarge(what, maxBytes);
    yield chunk;
  }
}

function isGzipFault(error: unknown): boolean {
  return error instanceof Error && "code" in error && typeof error.code === "string" && error.code.startsWith("Z_");
}
