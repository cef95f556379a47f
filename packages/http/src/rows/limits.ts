import { pipeline } from "node:stream";
import { createGunzip } from "node:zlib";
import { CrmError, type Issue } from "@crm-engine/core";

/** Rows nested deeper than this are refused: nothing that a row may hold is. */
const MAX_DEPTH = 32;

/** What is wrong with an input as a whole, before any of it is looked at in detail; `details.input` tells it from a fault in one field. */
export type InputFault = "malformed" | "too_large";

export function malformed(message: string, issues: readonly Issue[] = [], cause?: unknown): CrmError {
  const details = { input: "malformed" satisfies InputFault, ...(issues.length > 0 ? { issues } : {}) };
  return new CrmError("invalid", message, { cause, details });
}

export function tooLarge(what: string, maxBytes: number): CrmError {
  return new CrmError("invalid", `${what} is longer than ${maxBytes} bytes.`, {
    details: { input: "too_large" satisfies InputFault },
  });
}

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

export function isTooDeep(value: unknown, levels = MAX_DEPTH): boolean {
  if (typeof value !== "object" || value === null) return false;
  return levels === 0 || Object.values(value).some((entry) => isTooDeep(entry, levels - 1));
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
