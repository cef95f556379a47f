import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { type Encoding, findEncoding, type RowFormat, unknownEncoding } from "@crm-engine/files";
import { CommandError } from "../exit.js";

/** A file of rows, read once as a stream. */
export interface ImportFile {
  readonly path: string;
  readonly format: RowFormat;
  readonly gzip: boolean;
  /** As stated; undefined where only the file's mark may say it. */
  readonly encoding: Encoding | undefined;
  /** As it lies on disk. */
  readonly bytes: number;
  readonly bytesRead: number;
  chunks(): AsyncIterable<Uint8Array>;
}

const FORMATS: Readonly<Record<string, RowFormat>> = {
  csv: "csv",
  tsv: "csv",
  tab: "csv",
  txt: "csv",
  ndjson: "ndjson",
  jsonl: "ndjson",
};

/** The format goes by the name: `.csv`, `.tsv`, `.tab`, `.txt`, `.ndjson` or `.jsonl`, each with `.gz` too. */
export async function openImportFile(path: string, named?: string): Promise<ImportFile> {
  const [, extension = "", gz] = /\.([a-z]+?)(\.gz)?$/i.exec(path) ?? [];
  const format = FORMATS[extension.toLowerCase()];
  if (format === undefined)
    throw new CommandError(`${path}: the name must end in .csv, .tsv, .tab, .txt, .ndjson or .jsonl, with or without .gz`);
  const encoding = named === undefined ? undefined : findEncoding(named);
  if (named !== undefined && encoding === undefined) throw new CommandError(`--encoding ${named}: ${unknownEncoding(named)}`);
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    throw new CommandError(`${path}: ${error.code === "ENOENT" ? "there is no such file" : error.message}`);
  });
  if (!found.isFile()) throw new CommandError(`${path}: is not a file`);
  let bytesRead = 0;
  return {
    path,
    format,
    gzip: gz !== undefined,
    encoding,
    bytes: found.size,
    get bytesRead() {
      return bytesRead;
    },
    chunks: async function* () {
      for await (const chunk of createReadStream(path, { highWaterMark: 64 * 1024 }) as AsyncIterable<Buffer>) {
        bytesRead += chunk.length;
        yield chunk;
      }
    },
  };
}
