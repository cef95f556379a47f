import { createClient, RemoteError, type UploadOptions } from "@crm-engine/client";
import type { BatchKind } from "@crm-engine/core";
import { CommandError } from "../exit.js";
import type { ImportTarget } from "./import-target.js";
import type { MapOption } from "./map-option.js";

export interface RemoteTargetOptions {
  readonly kind: BatchKind;
  readonly map: MapOption | undefined;
  readonly url: string;
  readonly apiKey: string | undefined;
}

export const MEDIA_TYPES = { csv: "text/csv", ndjson: "application/x-ndjson" } as const satisfies Record<
  string,
  UploadOptions["contentType"]
>;

/** Posts to a server as one stream and follows the batch that it answers with. */
export function remoteTarget({ kind, map: given, url, apiKey }: RemoteTargetOptions): ImportTarget {
  const client = createClient({ url, apiKey });
  const map = given && ("map" in given ? given.map : given.name);
  let batchId: string | undefined;

  const refused = (error: unknown): never => {
    if (!(error instanceof RemoteError)) throw error;
    const { status, message, details } = error;
    if (typeof details.batchId === "string") batchId ??= details.batchId;
    throw new CommandError(status === undefined ? message : `${url} answered ${status}: ${message}`, { cause: error });
  };

  return {
    upload: async ({ chunks, format, gzip, encoding: charset }, signal) => {
      const options = {
        contentType: MEDIA_TYPES[format],
        gzip,
        signal,
        ...(map === undefined ? {} : { map }),
        ...(charset === undefined ? {} : { charset }),
      };
      const accepted = await client.ingest.stream(kind, chunks(), options).catch(refused);
      batchId = accepted.batchId;
    },
    status: async () => {
      if (batchId === undefined) return undefined;
      const { id, status, ...batch } = await client.batches.get(batchId).catch(refused);
      return { ...batch, batchId: id, completed: status === "completed" };
    },
    rowsRead: undefined,
    errorsCsv: async function* () {
      try {
        yield* client.batches.errorsCsv(batchId ?? "");
      } catch (error) {
        refused(error);
      }
    },
    close: () => client.close(),
  };
}
