import type { Customer, Page, PageRequest } from "@crm-engine/core";
import type { Context } from "hono";
import type { AppEnv, AppParts } from "../app-env.js";
import { unlessGone } from "../client-gone.js";
import { attributeColumns } from "./attribute-columns.js";
import { csvDownload } from "./csv-download.js";
import { customerColumns, customerRows } from "./customer-rows.js";

/** Customers as a file, with a column for each attribute that one of them has: they are read twice, since a header comes before its rows. */
export async function customersDownload(
  c: Context<AppEnv>,
  logger: AppParts["logger"],
  page: (request: PageRequest) => Promise<Page<Customer>>,
): Promise<Response> {
  const { signal } = c.req.raw;
  const attributes = await attributeColumns(page, signal).catch(unlessGone(signal));
  return csvDownload(c, logger, {
    fileName: "customers.csv",
    columns: customerColumns(attributes),
    page,
    rows: customerRows(attributes),
  });
}
