import { type Config, composeEngine } from "@crm-engine/adapters/container";
import { createClient, RemoteError } from "@crm-engine/client";
import type { BatchKind, RowInput } from "@crm-engine/core";
import type { DryRun } from "@crm-engine/core/schemas";
import { readRows } from "@crm-engine/files";
import { CommandError } from "../exit.js";
import type { ImportFile } from "./import-file.js";
import { type MapOption, openMap } from "./map-option.js";
import { count, type Progress } from "./progress.js";
import { MEDIA_TYPES } from "./remote-target.js";
import { type Outcome, wordsOf } from "./run-import.js";

const SHOW_EVERY_MS = 200;
const SHOWN_ERRORS = 10;

export interface DryRunOptions {
  readonly kind: BatchKind;
  readonly file: ImportFile;
  readonly map: MapOption | undefined;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/** Reads all of the file in this process, and returns what came of it. Nothing is written. */
export async function runDryRun(options: DryRunOptions & { readonly config: Config }): Promise<Outcome> {
  const { kind, file, map: given, signal, config } = options;
  const { maxRowBytes, maxStreamBytes } = config;
  const engine = await composeEngine(config);
  try {
    const map = given && (await openMap(engine, kind, given));
    const rows = readRows(file.chunks(), {
      ...{ format: file.format, gzip: file.gzip, kind, maxRowBytes, maxStreamBytes },
      ...(map ? { map } : {}),
      ...(file.encoding === undefined ? {} : { encoding: file.encoding }),
    });
    const lines = map && kind === "orders" ? { lines: map.names } : {};
    let rowsRead = 0;
    const counted = async function* (): AsyncIterable<RowInput> {
      for await (const row of rows) {
        rowsRead += 1;
        yield row;
      }
    };
    return await shown(
      options,
      () => engine.untrusted.ingest.dryRun(kind, counted(), { signal, ...lines }),
      () => rowsRead,
    );
  } finally {
    await engine.close();
  }
}

/** Posts the file to a server that reads it, and returns what came of it. */
export async function runRemoteDryRun(
  options: DryRunOptions & { readonly url: string; readonly apiKey: string | undefined },
): Promise<Outcome> {
  const { kind, file, map: given, signal, url, apiKey } = options;
  const client = createClient({ url, apiKey });
  const map = given && ("map" in given ? given.map : given.name);
  const contentType = MEDIA_TYPES[file.format];
  try {
    return await shown(options, () =>
      client.ingest.dryRun(kind, file.chunks(), {
        contentType,
        gzip: file.gzip,
        signal,
        ...(map === undefined ? {} : { map }),
        ...(file.encoding === undefined ? {} : { charset: file.encoding }),
      }),
    );
  } catch (error) {
    if (!(error instanceof RemoteError) || error.status === undefined) throw error;
    throw new CommandError(`${url} answered ${error.status}: ${error.message}`, { cause: error });
  } finally {
    client.close();
  }
}

/** Where only the server counts rows, `rowsRead` is absent. */
async function shown(
  { file, progress }: DryRunOptions,
  run: () => Promise<DryRun>,
  rowsRead: () => number | undefined = () => undefined,
): Promise<Outcome> {
  const show = (): void => {
    const share = file.bytesRead / Math.max(1, file.bytes);
    progress.show({ phase: "reading", share, rows: rowsRead(), rejected: 0 });
  };
  show();
  const timer = setInterval(show, SHOW_EVERY_MS);
  try {
    const found = await run();
    const report = summary(found);
    if (found.truncated) throw new CommandError(`the dry run broke off:\n${report}`);
    return { report, rejected: found.rejected };
  } finally {
    clearInterval(timer);
    progress.stop();
  }
}

function summary({ received, added, changed, unchanged, rejected, suppressed, errors }: DryRun): string {
  const [a, c, u, r, s] = [added, changed, unchanged, rejected, suppressed].map(count);
  return [
    `${count(received)} rows read: ${a} would be added, ${c} changed, ${u} left as they are, ${r} rejected; ${s} suppressed`,
    "Nothing was written.",
    ...errors.slice(0, SHOWN_ERRORS).map((error) => `  ${wordsOf(error)}`),
  ].join("\n");
}
