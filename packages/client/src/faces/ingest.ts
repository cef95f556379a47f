import type { Accepted, BatchKind } from "@crm-engine/core";
import type { DryRun } from "@crm-engine/core/schemas";
import type { RemoteClient } from "../client.js";
import type { Connection } from "../connection/connection.js";
import { newKey } from "../connection/idempotency-key.js";
import type { ImportPreview, UploadBody, UploadOptions } from "../uploads.js";
import { wireBody } from "./upload-body.js";
import { uploadFormat } from "./upload-format.js";

/** So much of a file a preview looks at, and some to see that there is more. Packed, it is sent whole. */
const HEAD_BYTES = 2 ** 20 + 1;

interface SendOptions {
  readonly path?: string;
  readonly query?: Readonly<Record<string, string>>;
  /** Without one it is sent once only. */
  readonly key?: string;
}

export function ingestOf(connection: Connection): RemoteClient["ingest"] {
  const rows = (kind: BatchKind, list: readonly unknown[]): Promise<Accepted> =>
    stream(kind, list.map((row) => `${JSON.stringify(row) ?? "null"}\n`).join(""), { contentType: "application/x-ndjson" });

  /** Sends the body to the route of its kind; what its reader throws is thrown as it is. */
  const send = async <T>(kind: BatchKind, body: UploadBody, options: UploadOptions, more: SendOptions): Promise<T> => {
    const { map, charset, signal } = options;
    const { contentType, gzip } = uploadFormat(body, options);
    const wire = wireBody(body);
    try {
      return await connection.json<T>({
        method: "POST",
        path: more.path ?? `/api/${kind}`,
        query: { map: typeof map === "object" ? JSON.stringify(map) : map, ...more.query },
        headers: {
          "Content-Type": charset === undefined ? contentType : `${contentType}; charset=${JSON.stringify(charset)}`,
          ...(gzip ? { "Content-Encoding": "gzip" } : {}),
        },
        body: wire.body,
        ...(more.key === undefined ? {} : { key: more.key }),
        once: wire.isStream || more.key === undefined,
        signal,
      });
    } catch (error) {
      throw wire.fault() ?? error;
    }
  };

  const stream = async (kind: BatchKind, body: UploadBody, options: UploadOptions = {}): Promise<Accepted> => {
    const { batchId, received } = await send<Accepted>(kind, body, options, { key: options.idempotencyKey ?? newKey() });
    return { batchId, received };
  };

  const dryRun = (kind: BatchKind, body: UploadBody, options: UploadOptions = {}): Promise<DryRun> =>
    send(kind, body, options, { query: { dryRun: "true" } });

  const preview = (kind: BatchKind, body: UploadBody, options: UploadOptions = {}): Promise<ImportPreview> => {
    const { contentType, gzip } = uploadFormat(body, options);
    const head = body instanceof Blob && !gzip ? body.slice(0, HEAD_BYTES) : body;
    return send(kind, head, { ...options, contentType, gzip }, { path: "/api/imports/preview", query: { kind } });
  };

  return { customers: (list) => rows("customers", list), orders: (list) => rows("orders", list), stream, dryRun, preview };
}
