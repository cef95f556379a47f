import type { Accepted, BatchKind } from "@crm-engine/core";
import type { DryRun } from "@crm-engine/core/schemas";
import type { RemoteClient } from "../client.js";
import type { Connection } from "../connection/connection.js";
import { newKey } from "../connection/idempotency-key.js";
import type { UploadBody, UploadOptions } from "../uploads.js";
import { wireBody } from "./upload-body.js";
import { uploadFormat } from "./upload-format.js";

export function ingestOf(connection: Connection): RemoteClient["ingest"] {
  const rows = (kind: BatchKind, list: readonly unknown[]): Promise<Accepted> =>
    stream(kind, list.map((row) => `${JSON.stringify(row) ?? "null"}\n`).join(""), { contentType: "application/x-ndjson" });

  const stream = async (kind: BatchKind, body: UploadBody, options: UploadOptions = {}): Promise<Accepted> => {
    const { map, signal, idempotencyKey = newKey() } = options;
    const { contentType, gzip } = uploadFormat(body, options);
    const wire = wireBody(body);
    try {
      const { batchId, received } = await connection.json<Accepted>({
        method: "POST",
        path: `/api/${kind}`,
        query: { map: typeof map === "object" ? JSON.stringify(map) : map },
        headers: { "Content-Type": contentType, ...(gzip ? { "Content-Encoding": "gzip" } : {}) },
        body: wire.body,
        key: idempotencyKey,
        once: wire.isStream,
        signal,
      });
      return { batchId, received };
    } catch (error) {
      throw wire.fault() ?? error;
    }
  };

  const dryRun = async (kind: BatchKind, body: UploadBody, options: UploadOptions = {}): Promise<DryRun> => {
    const { map, signal } = options;
    const { contentType, gzip } = uploadFormat(body, options);
    const wire = wireBody(body);
    try {
      return await connection.json<DryRun>({
        method: "POST",
        path: `/api/${kind}`,
        query: { map: typeof map === "object" ? JSON.stringify(map) : map, dryRun: "true" },
        headers: { "Content-Type": contentType, ...(gzip ? { "Content-Encoding": "gzip" } : {}) },
        body: wire.body,
        once: true,
        signal,
      });
    } catch (error) {
      throw wire.fault() ?? error;
    }
  };

  return { customers: (list) => rows("customers", list), orders: (list) => rows("orders", list), stream, dryRun };
}
