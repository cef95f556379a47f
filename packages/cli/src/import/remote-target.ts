import type { BatchKind } from "@crm-engine/core";
import { CommandError } from "../exit.js";
import type { ImportStatus, ImportTarget } from "./import-target.js";

export interface RemoteTargetOptions {
  readonly kind: BatchKind;
  readonly preset: string | undefined;
  readonly url: string;
  readonly apiKey: string | undefined;
}

const MEDIA_TYPES = { csv: "text/csv", ndjson: "application/x-ndjson" } as const;

/** Posts to a server as one stream and follows the batch that it answers with. */
export function remoteTarget({ kind, preset, url, apiKey }: RemoteTargetOptions): ImportTarget {
  const authorization: Record<string, string> = apiKey === undefined ? {} : { Authorization: `Bearer ${apiKey}` };
  let batchId: string | undefined;
  let statusUrl: string | undefined;

  const call = async (path: string, init: RequestInit = {}): Promise<Response> => {
    const headers = { ...authorization, ...(init.headers as Record<string, string> | undefined) };
    const response = await fetch(new URL(path, url), { ...init, headers }).catch((cause: unknown) => {
      throw new CommandError(`${url} does not answer${causeOf(cause)}`, { cause });
    });
    if (response.ok) return response;
    const problem = (await response.json().catch(() => ({}))) as { readonly detail?: string; readonly batchId?: string };
    batchId ??= problem.batchId;
    throw new CommandError(`${url} answered ${response.status}: ${problem.detail ?? response.statusText}`);
  };

  return {
    upload: async (file, signal) => {
      const body = ReadableStream.from(file.chunks());
      const headers = { "Content-Type": MEDIA_TYPES[file.format], ...(file.gzip ? { "Content-Encoding": "gzip" } : {}) };
      const query = preset === undefined ? "" : `?map=${encodeURIComponent(preset)}`;
      const response = await call(`/api/${kind}${query}`, { method: "POST", headers, body, signal, duplex: "half" });
      const answer = (await response.json()) as { readonly batchId: string; readonly statusUrl: string };
      ({ batchId, statusUrl } = answer);
    },
    status: async () => {
      if (batchId === undefined) return undefined;
      const response = await call(statusUrl ?? `/api/batches/${encodeURIComponent(batchId)}`);
      const { id, status, ...batch } = (await response.json()) as Omit<ImportStatus, "batchId" | "completed"> & {
        readonly id: string;
        readonly status: string;
      };
      return { ...batch, batchId: id, completed: status === "completed" };
    },
    rowsRead: undefined,
    errorsCsv: async function* () {
      const response = await call(`/api/batches/${encodeURIComponent(batchId ?? "")}/errors.csv`);
      if (response.body) yield* response.body;
    },
    close: async () => undefined,
  };
}

function causeOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && cause.message !== "" ? `: ${cause.message}` : "";
}
