import { createHash } from "node:crypto";
import { decodedBytes, malformed } from "@crm-engine/files";
import { HTTPException } from "hono/http-exception";

/** An answer waits this long, and for this much, for a client that is still sending: most clients read no answer before they are done. */
const DRAIN_MS = 5_000;
const DRAIN_BYTES = 256 * 2 ** 20;

/** The body of one request: read once, unpacked and bounded, and hashed as it is read. */
export interface RequestBody {
  readonly mediaType: string;
  /** What the Content-Type calls the encoding of the body, unchecked. */
  readonly charset: string | undefined;
  /** Unpacked; rejects as too large past the limit, and as malformed where the client or the gzip breaks off. */
  chunks(): AsyncIterable<Uint8Array>;
  /** Bytes read so far. */
  readonly bytesRead: number;
  /** Reads what is left, keeping none of it; the hash covers media type, charset, query and bytes. */
  hash(): Promise<string>;
  /** Lets go of what is left, within bounds. */
  drain(): Promise<void>;
}

export function requestBody(request: Request, limitFor: (mediaType: string) => number): RequestBody {
  const contentType = request.headers.get("content-type") ?? "";
  const mediaType = contentType.split(";")[0]?.trim().toLowerCase() ?? "";
  const charset = charsetOf(contentType);
  const reader = request.body?.getReader();
  const hash = createHash("sha256").update(
    [mediaType, ...(charset === undefined ? [] : [charset]), new URL(request.url).search, ""].join("\n"),
  );
  let bytesRead = 0;

  async function* wire(): AsyncGenerator<Uint8Array> {
    if (!reader) return;
    for (;;) {
      const { done, value } = await reader.read().catch((cause: unknown) => {
        throw malformed("The body broke off.", [], cause);
      });
      if (done) return;
      yield value;
    }
  }

  async function* hashed(): AsyncGenerator<Uint8Array> {
    const gzip = isGzip(request.headers.get("content-encoding"));
    for await (const chunk of decodedBytes(wire(), { gzip, maxStreamBytes: limitFor(mediaType) })) {
      hash.update(chunk);
      bytesRead += chunk.length;
      yield chunk;
    }
  }

  let opened: AsyncGenerator<Uint8Array> | undefined;
  /** Ending the loop over it early leaves the rest readable. */
  const chunks = (): AsyncIterable<Uint8Array> => {
    opened ??= hashed();
    const iterator = opened;
    return { [Symbol.asyncIterator]: () => ({ next: () => iterator.next() }) };
  };

  return {
    mediaType,
    charset,
    chunks,
    get bytesRead() {
      return bytesRead;
    },
    hash: async () => {
      for await (const _ of chunks());
      return hash.copy().digest("hex");
    },
    drain: async () => {
      const deadline = Date.now() + DRAIN_MS;
      let bytes = 0;
      for await (const chunk of wire()) {
        bytes += chunk.length;
        if (bytes > DRAIN_BYTES || Date.now() > deadline) return;
      }
    },
  };
}

/** A JSON body read whole; undefined where there is none. */
export async function readJson(
  body: RequestBody,
): Promise<{ readonly bytes: Buffer<ArrayBuffer>; readonly data: unknown } | undefined> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body.chunks()) chunks.push(chunk);
  if (body.bytesRead === 0) return undefined;
  if (!isJson(body.mediaType)) throw unsupported("application/json");
  const bytes = Buffer.concat(chunks);
  try {
    return { bytes, data: JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes)) };
  } catch (cause) {
    throw malformed("The body is not valid JSON.", [], cause);
  }
}

function charsetOf(contentType: string): string | undefined {
  const [, quoted, token] = /;\s*charset\s*=\s*(?:"([^"]*)"|([^\s;"]+))/i.exec(contentType) ?? [];
  return quoted ?? token;
}

export function isJson(mediaType: string): boolean {
  return /^application\/([\w.-]+\+)?json$/.test(mediaType);
}

export function unsupported(accepted: string): HTTPException {
  return new HTTPException(415, { message: `Send the body as ${accepted}, and say so in Content-Type.` });
}

function isGzip(encoding: string | null): boolean {
  if (encoding === null || encoding.trim() === "" || encoding.toLowerCase() === "identity") return false;
  if (["gzip", "x-gzip"].includes(encoding.trim().toLowerCase())) return true;
  throw new HTTPException(415, { message: "Content-Encoding may be gzip, or absent." });
}
