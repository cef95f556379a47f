import {
  orderAnalyticsViewSchema,
  orderTotalsViewSchema,
  orderViewSchema,
  PERIOD_UNITS,
  pageViewSchema,
} from "@crm-engine/core/schemas";
import { createRoute, z } from "@hono/zod-openapi";
import type { AppParts } from "../app-env.js";
import { unlessGone } from "../client-gone.js";
import { csvDownload } from "../downloads/csv-download.js";
import { ORDER_COLUMNS, orderRows } from "../downloads/order-rows.js";
import { type App, answers, idParam, streams } from "../openapi.js";
import { pageQuery, pageRequest } from "../page-query.js";

const tags = ["orders"];
/** An order may have 10,000 lines. */
const CSV_PAGE_SIZE = 100;
const instant = z.string().max(40).optional();
const day = z.iso.date("must be a date such as 2011-12-09");
const text = (maxLength: number) => z.string().min(1).max(maxLength).optional();
export const orderQuery = z.object({
  customerId: text(400),
  from: instant.openapi({
    description: "Placed at this time or later. ISO 8601; a date is its midnight in the engine's time zone.",
  }),
  to: instant.openapi({ description: "Placed before this time." }),
  sku: text(200).openapi({ description: "One of the items has it." }),
  channel: text(100),
  batchId: text(200).openapi({ description: "The upload by which the order was last written." }),
  type: z.enum(["purchase", "refund"]).optional(),
  status: z.enum(["placed", "cancelled"]).optional(),
});

const list = createRoute({
  method: "get",
  path: "/api/orders",
  tags,
  summary: "Orders, newest first",
  request: { query: pageQuery.extend(orderQuery.shape) },
  responses: answers(200, pageViewSchema(orderViewSchema), "A page of orders."),
});

export const ordersCsv = createRoute({
  method: "get",
  path: "/api/orders.csv",
  tags,
  summary: "Orders, newest first, as a file",
  description:
    "A row for each line of an order, or one for an order without items. `POST /api/orders?map=crm-engine` reads it in again.",
  request: { query: orderQuery },
  responses: streams("text/csv", ORDER_COLUMNS.join(", ")),
});

const totals = createRoute({
  method: "get",
  path: "/api/orders/totals",
  tags,
  summary: "What filtered orders add up to",
  description:
    "Of the orders that the list gives with the same filters. Cancelled ones count in no sum unless `status` asks for them.",
  request: { query: orderQuery },
  responses: answers(200, orderTotalsViewSchema, "Counts and exact sums."),
});

const analytics = createRoute({
  method: "get",
  path: "/api/orders/analytics",
  tags,
  summary: "What orders add up to, by day, week or month",
  description:
    "Beside as many days before: revenue, baskets, who bought, products, and cohorts by month of the first purchase. `from` and `to` are days of the engine's time zone; the 30 up to today, if absent.",
  request: {
    query: z.object({
      from: day.optional(),
      to: day.optional().openapi({ description: "The first day that is left out." }),
      by: z.enum(PERIOD_UNITS).optional().openapi({ description: "`day`, if absent; at most 400 of them." }),
    }),
  },
  responses: answers(200, orderAnalyticsViewSchema, "From kept figures, which a worker keeps up to date: see `asOf`."),
});

const get = createRoute({
  method: "get",
  path: "/api/orders/{id}",
  tags,
  summary: "An order",
  request: { params: idParam },
  responses: answers(200, orderViewSchema, "The order."),
});

export function orderRoutes(app: App, { engine, logger }: AppParts): void {
  app.openapi(list, async (c) => {
    const { limit, cursor, ...query } = c.req.valid("query");
    return c.json(await engine.orders.list(query, pageRequest({ limit, cursor })), 200);
  });
  app.openapi(ordersCsv, (c) => {
    const query = c.req.valid("query");
    return csvDownload(c, logger, {
      fileName: "orders.csv",
      columns: ORDER_COLUMNS,
      page: (request) => engine.orders.list(query, request),
      pageSize: CSV_PAGE_SIZE,
      rows: orderRows,
    });
  });
  app.openapi(totals, async (c) => {
    const { signal } = c.req.raw;
    return c.json(await engine.orders.totals(c.req.valid("query"), { signal }).catch(unlessGone(signal)), 200);
  });
  app.openapi(analytics, async (c) => c.json(await engine.orders.analytics(c.req.valid("query")), 200));
  app.openapi(get, async (c) => c.json(await engine.orders.get(c.req.valid("param").id), 200));
}
