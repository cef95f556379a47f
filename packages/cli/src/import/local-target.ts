import { randomUUID } from "node:crypto";
import { type Config, composeEngine } from "@crm-engine/adapters/container";
import { type BatchKind, type Engine, hasCode, type Logger, type RowInput } from "@crm-engine/core";
import { readRows } from "@crm-engine/files";
import { listRejections } from "@crm-engine/http";
import { createWorker } from "@crm-engine/worker";
import { stringify } from "csv-stringify/sync";
import type { ImportTarget } from "./import-target.js";
import { type MapOption, openMap } from "./map-option.js";

const ERRORS_PAGE = 1_000;
/** Each message holds many rows here: a few keep a worker busy, and more would only take up memory. */
const PREFETCH = 8;

export interface LocalTargetOptions {
  readonly kind: BatchKind;
  readonly map: MapOption | undefined;
  readonly config: Config;
  readonly logger: Logger;
}

/** Opens an engine and a worker for this kind of row in this process: no server is needed. */
export async function openLocalTarget({ kind, map: given, config, logger }: LocalTargetOptions): Promise<ImportTarget> {
  const { batchSize, batchWaitMs, maxRowBytes, maxStreamBytes } = config;
  const engine = await composeEngine(config);
  const worker = createWorker(engine, { batchSize, batchWaitMs, logger, only: kind, prefetch: PREFETCH });
  const batchId = randomUUID();
  let rowsRead = 0;

  async function* counted(rows: AsyncIterable<RowInput>): AsyncIterable<RowInput> {
    for await (const row of rows) {
      rowsRead += 1;
      yield row;
    }
  }
  const close = async (): Promise<void> => {
    await worker.close();
    await engine.close();
  };
  const opened = async () => {
    const found = given && (await openMap(engine, kind, given));
    await worker.start();
    return found;
  };
  const map = await opened().catch(async (error: unknown) => {
    await close();
    throw error;
  });
  return {
    upload: async (file, signal) => {
      const { format, gzip, encoding } = file;
      const optional = { ...(map ? { map } : {}), ...(encoding === undefined ? {} : { encoding }) };
      const rows = readRows(file.chunks(), { format, gzip, kind, maxRowBytes, maxStreamBytes, ...optional });
      const lines = map && kind === "orders" ? { lines: map.names } : {};
      await engine.untrusted.ingest.rows(kind, counted(rows), { batchId, signal, ...lines });
    },
    status: async () => {
      try {
        const { status, ...batch } = await engine.batches.get(batchId);
        return { ...batch, batchId, completed: status === "completed" };
      } catch (error) {
        if (hasCode(error, "not_found")) return undefined;
        throw error;
      }
    },
    get rowsRead() {
      return rowsRead;
    },
    errorsCsv: () => errorsCsv(engine, batchId),
    close,
  };
}

async function* errorsCsv(engine: Engine, batchId: string): AsyncIterable<string> {
  yield stringify([["row", "line", "path", "message"]]);
  const list = listRejections(engine.batches, batchId);
  let cursor: string | null | undefined;
  do {
    const page = await list({ limit: ERRORS_PAGE, ...(cursor ? { cursor } : {}) });
    yield stringify(page.items.map(({ row, line, path, message }) => [row, line, path, message]));
    cursor = page.nextCursor;
  } while (cursor !== null);
}
