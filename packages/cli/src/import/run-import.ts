import { createWriteStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { CommandError } from "../exit.js";
import type { ImportFile } from "./import-file.js";
import type { ImportStatus, ImportTarget } from "./import-target.js";
import { count, type Progress } from "./progress.js";

const POLL_MS = 200;

export interface ImportRun {
  readonly target: ImportTarget;
  readonly file: ImportFile;
  readonly progress: Progress;
  readonly errorsFile: string | undefined;
  readonly signal: AbortSignal;
}

/** What to print, and how many rows were, or would be, rejected. */
export interface Outcome {
  readonly report: string;
  readonly rejected: number;
}

/**
 * Uploads the file and waits until every row has its fate; returns what came of it. Where the upload breaks off, what was
 * queued before is awaited too, and then it throws.
 */
export async function runImport(run: ImportRun): Promise<Outcome> {
  const { target, errorsFile, progress, signal } = run;
  const startedAt = Date.now();
  let status: ImportStatus;
  let fault: unknown;
  try {
    fault = await follow(run);
    signal.throwIfAborted();
    status = await completed(run, fault);
  } finally {
    progress.stop();
  }
  if (errorsFile !== undefined) await pipeline(target.errorsCsv(), createWriteStream(errorsFile));
  const report = summary(status, Date.now() - startedAt, errorsFile);
  if (fault !== undefined)
    throw new CommandError(`${run.file.path}: ${reason(fault)} What had been queued by then is applied:\n${report}`);
  return { report, rejected: status.rejected };
}

/** Shows progress while the upload lasts. Returns why it broke off, if it did. */
async function follow({ target, file, progress, signal }: ImportRun): Promise<unknown> {
  let uploading = true;
  let fault: unknown;
  const upload = target
    .upload(file, signal)
    .catch((error: unknown) => {
      fault = error;
    })
    .finally(() => {
      uploading = false;
    });
  while (uploading) {
    const status = await target.status();
    const known = (status?.accepted ?? 0) + (status?.rejected ?? 0);
    const rows = target.rowsRead;
    const applying = rows !== undefined && file.bytesRead >= file.bytes;
    const share = applying ? known / Math.max(1, rows) : file.bytesRead / Math.max(1, file.bytes);
    progress.show({
      phase: applying ? "applying" : "reading",
      share,
      rows: applying ? known : rows,
      rejected: status?.rejected ?? 0,
    });
    await Promise.race([upload, sleep(POLL_MS)]);
  }
  return fault;
}

/** Waits for the last fate. Throws the upload's fault where nothing came of it. */
async function completed({ target, progress, signal }: ImportRun, fault: unknown): Promise<ImportStatus> {
  for (;;) {
    const status = await target.status();
    if (status === undefined) throw fault;
    if (status.completed) return status;
    const known = status.accepted + status.rejected;
    progress.show({ phase: "applying", share: known / Math.max(1, status.received), rows: known, rejected: status.rejected });
    await sleep(POLL_MS, undefined, { signal });
  }
}

function summary(status: ImportStatus, tookMs: number, errorsFile: string | undefined): string {
  const { received, accepted, added, changed, unchanged, rejected, errors, batchId } = status;
  const effects = [`${count(added)} added`, `${count(changed)} changed`, `${count(unchanged)} unchanged`].join(", ");
  const seconds = tookMs / 1_000;
  const lines = [
    `${count(received)} rows read, ${count(accepted)} accepted${accepted > 0 ? ` (${effects})` : ""}, ${count(rejected)} rejected`,
    `in ${seconds.toFixed(1)} s (${count(received / Math.max(0.001, seconds))} rows/s), batch ${batchId}`,
  ];
  if (rejected > 0) {
    lines.push(...errors.slice(0, 3).map((error) => `  ${wordsOf(error)}`));
    lines.push(
      errorsFile === undefined
        ? "Every rejected row and its reason: add --errors FILE."
        : `Every rejected row and its reason: ${errorsFile}`,
    );
  }
  return lines.join("\n");
}

/** `row 1444 (line 1445): CustomerID is missing` */
export function wordsOf({ row, line, path, message }: ImportStatus["errors"][number]): string {
  return `row ${row}${line === undefined ? "" : ` (line ${line})`}: ${path === "" ? "" : `${path} `}${message}`;
}

function reason(fault: unknown): string {
  const message = fault instanceof Error ? fault.message : String(fault);
  return /[.!?]$/.test(message) ? message : `${message}.`;
}
