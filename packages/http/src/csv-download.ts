import type { Logger, Page } from "@crm-engine/core";
import { stringify } from "csv-stringify/sync";
import type { Context } from "hono";
import type { AppEnv } from "./app-env.js";
import { faultOf } from "./middleware/request-log.js";

const PAGE_ROWS = 500;

export type CsvRow = Readonly<Record<string, string | number | undefined>>;

export interface Download<T> {
  readonly fileName: string;
  readonly columns: readonly string[];
  readonly page: (request: { readonly limit: number; readonly cursor?: string }) => Promise<Page<T>>;
  readonly row: (item: T) => CsvRow;
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

async function* csvPages<T>({ columns, page, row }: Download<T>): AsyncGenerator<string, undefined> {
  let header = true;
  let cursor: string | undefined;
  for (;;) {
    const { items, nextCursor } = await page({ limit: PAGE_ROWS, ...(cursor === undefined ? {} : { cursor }) });
    yield stringify(items.map(row), { header, columns: [...columns], record_delimiter: "\r\n", cast: { string: inert } });
    if (nextCursor === null) return undefined;
    header = false;
    cursor = nextCursor;
  }
}

/** A spreadsheet takes text that begins so for a formula; an apostrophe keeps it text. Phone numbers and plain numbers stay as they are. */
function inert(text: string): string {
  return /^[=@\t\r]/.test(text) || (/^[+-]/.test(text) && !/^[+-][\d ().-]*$/.test(text)) ? `'${text}` : text;
}
