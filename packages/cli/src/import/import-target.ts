import type { ImportFile } from "./import-file.js";

/** How far an import has come. */
export interface ImportStatus {
  readonly batchId: string;
  /** Every row has its fate. */
  readonly completed: boolean;
  readonly received: number;
  readonly accepted: number;
  readonly added: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly rejected: number;
  readonly truncated?: boolean;
  /** The first few. */
  readonly errors: readonly {
    readonly row: number;
    readonly line?: number;
    readonly path: string;
    readonly message: string;
  }[];
}

/** Where one file goes: an engine in this process, or a server. */
export interface ImportTarget {
  /** Settles when every row is durably queued. A break in the middle rejects; what was queued before it is applied all the same. */
  upload(file: ImportFile, signal: AbortSignal): Promise<void>;
  /** Undefined until the target has heard of the import. */
  status(): Promise<ImportStatus | undefined>;
  /** Rows read so far; undefined where only the server counts them. */
  readonly rowsRead: number | undefined;
  /** CSV of every rejected row: `row,line,path,message`. */
  errorsCsv(): AsyncIterable<string | Uint8Array>;
  close(): Promise<void>;
}
