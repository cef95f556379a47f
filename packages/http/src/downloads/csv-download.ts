import type { Logger, Page } from "@crm-engine/core";
import { textCell } from "@crm-engine/files";
import { stringify } from "csv-stringify/sync";
import type { Context } from "hono";
import type { AppEnv } from "../app-env.js";
import { faultOf } from "../middleware/request-log.js";

const PAGE_ROWS = 500;

/** A cell that is written as it stands, for a column that has a way of its own; of the others text can be no formula. */
export interface ReadyCell {
  readonly cell: string;
}
export type CsvRow = Readonly<Record<string, string | number | ReadyCell | undefined>>;

export interface Download<T> {
  readonly fileName: string;
  readonly columns: readonly string[];
  readonly page: (request: { readonly limit: number; readonly cursor?: string }) => Promise<Page<T>>;
  /** 500, if absent. */
  readonly pageSize?: number;
  readonly rows: (item: T) => readonly CsvRow[];
}

/** A list as a CSV file, page by page as the client takes it. A failure half-way breaks the connection, so that no part passes for the whole. */
export async function csvDownload<T>(c: Context<AppEnv>, logger: Logger, download: Download<T>): Promise<Response> {
  const pages = csvPages(download);
  const first = await pages.next();
  const encoder = new TextEncoder();
  let head: string | undefined = first.value ?? "";
  const broken = (error: unknown): never => {
    logger.error({ requestId: c.get("requestId"), error: faultOf(error) }, "download broke off");
    throw new Error("The download broke off.");
  };
  const stream = new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        const next = head === undefined ? await pages.next().catch(broken) : { done: false, value: head };
        head = undefined;
        if (next.done) controller.close();
        else controller.enqueue(encoder.encode(next.value));
      },
    },
    { highWaterMark: 0 },
  );
  return c.body(stream, 200, {
    "Content-Type": "text/csv; charset=utf-8",
    "Content-Disposition": `attachment; filename="${download.fileName}"`,
  });
}

async function* csvPages<T>({ columns, page, pageSize = PAGE_ROWS, rows }: Download<T>): AsyncGenerator<string, undefined> {
  let records: (readonly (string | undefined)[])[] = [columns];
  let cursor: string | undefined;
  for (;;) {
    const { items, nextCursor } = await page({ limit: pageSize, ...(cursor === undefined ? {} : { cursor }) });
    for (const item of items) {
      for (const row of rows(item)) records.push(columns.map((name) => cellOf(row[name])));
      if (records.length < PAGE_ROWS) continue;
      yield csvText(records);
      records = [];
    }
    if (records.length > 0) yield csvText(records);
    records = [];
    if (nextCursor === null) return undefined;
    cursor = nextCursor;
  }
}

function csvText(records: readonly (readonly (string | undefined)[])[]): string {
  return stringify(
    records.map((cells) => [...cells]),
    { record_delimiter: "\r\n", quote_record_delimiter: true },
  );
}

function cellOf(value: CsvRow[string]): string | undefined {
  if (typeof value === "object") return value.cell;
  return typeof value === "string" ? textCell(value) : value === undefined ? undefined : String(value);
}
