import {
  ADDRESS_FIELDS,
  begunErasureViewSchema,
  CHANNELS,
  contactableViewSchema,
  customerViewSchema,
  erasureViewSchema,
  pageViewSchema,
  recordOf,
  TIMELINE_KINDS,
  timelineItemViewSchema,
} from "@crm-engine/core/schemas";
import { createRoute, z } from "@hono/zod-openapi";
import { HTTPException } from "hono/http-exception";
import { addressQuery } from "../address-query.js";
import type { AppParts } from "../app-env.js";
import { customersDownload } from "../downloads/customers-download.js";
import { type App, answers, idParam, noContent, streams } from "../openapi.js";
import { pageQuery, pageRequest } from "../page-query.js";

const tags = ["customers"];
const begunErasure = begunErasureViewSchema.and(z.object({ statusUrl: z.string() }));

const list = createRoute({
  method: "get",
  path: "/api/customers",
  tags,
  summary: "Customers, by id, or those who are searched for",
  description:
    "`search` finds those whose id, e-mail, phone number (from its country code on) or name (from any of its words on) begins so, whatever the case: in the order of what begins so. It can't be joined with an address.",
  request: {
    query: pageQuery.extend({
      ...recordOf(ADDRESS_FIELDS, () => addressQuery),
      search: z.string().trim().min(1).max(400).optional(),
    }),
  },
  responses: answers(200, pageViewSchema(customerViewSchema), "A page of customers."),
});

export const customersCsv = createRoute({
  method: "get",
  path: "/api/customers.csv",
  tags,
  summary: "All customers, by id, as a file",
  description:
    "A column for each attribute that anybody has, for which every customer is read once before the first row. `POST /api/customers` reads it in again.",
  responses: streams("text/csv", "One row a customer."),
});

const get = createRoute({
  method: "get",
  path: "/api/customers/{id}",
  tags,
  summary: "A customer with its totals",
  request: { params: idParam },
  responses: answers(200, customerViewSchema, "The customer."),
});

const contactable = createRoute({
  method: "get",
  path: "/api/customers/{id}/contactable",
  tags,
  summary: "Whether a customer may be written to, and why not",
  request: { params: idParam, query: z.object({ channel: z.enum(CHANNELS) }) },
  responses: answers(200, contactableViewSchema, "What the gate before every message says now."),
});

const timeline = createRoute({
  method: "get",
  path: "/api/customers/{id}/timeline",
  tags,
  summary: "What happened to a customer, newest first",
  request: {
    params: idParam,
    query: pageQuery.extend({
      kinds: z
        .string()
        .max(100)
        .transform((text) => text.split(","))
        .pipe(z.array(z.enum(TIMELINE_KINDS)))
        .optional()
        .openapi({
          type: "string",
          description: `Some of ${TIMELINE_KINDS.join(", ")}, with commas between them; all, if absent.`,
        }),
    }),
  },
  responses: answers(200, pageViewSchema(timelineItemViewSchema), "Orders, messages, consent and evidence."),
});

const erase = createRoute({
  method: "delete",
  path: "/api/customers/{id}",
  tags,
  summary: "Erase a customer",
  description:
    "For good: every read, list, count and segment passes over it, and rows that were accepted before are rejected. It is complete when nothing that was queued before is left.",
  request: { params: idParam },
  responses: { ...answers(202, begunErasure, "Erased; how far that has come is at `statusUrl`."), ...noContent },
});

const erasure = createRoute({
  method: "get",
  path: "/api/erasures/{id}",
  tags,
  summary: "How far an erasure has come",
  description: "By the customer's id. While it runs: where something of the customer may still be.",
  request: { params: idParam },
  responses: answers(200, erasureViewSchema, "The erasure."),
});

export function customerRoutes(app: App, { engine, logger }: AppParts): void {
  app.openapi(list, async (c) => {
    const { limit, cursor, search, ...addresses } = c.req.valid("query");
    const page = pageRequest({ limit, cursor });
    if (search === undefined) return c.json(await engine.customers.find(addresses, page), 200);
    if (Object.values(addresses).some((address) => address !== undefined))
      throw new HTTPException(400, { message: "Give either search or an address." });
    return c.json(await engine.customers.search(search, page), 200);
  });
  app.openapi(customersCsv, (c) => customersDownload(c, logger, (request) => engine.customers.list(request)));
  app.openapi(get, async (c) => c.json(await engine.customers.get(c.req.valid("param").id), 200));
  app.openapi(contactable, async (c) =>
    c.json(await engine.customers.contactable(c.req.valid("param").id, c.req.valid("query").channel), 200),
  );
  app.openapi(timeline, async (c) => {
    const { kinds, ...page } = c.req.valid("query");
    return c.json(await engine.customers.timeline(c.req.valid("param").id, pageRequest(page), { kinds }), 200);
  });
  app.openapi(erase, async (c) => {
    const begun = await engine.customers.erase(c.req.valid("param").id);
    return begun ? c.json({ ...begun, statusUrl: `/api/erasures/${encodeURIComponent(begun.id)}` }, 202) : c.body(null, 204);
  });
  app.openapi(erasure, async (c) => c.json(await engine.customers.erasure(c.req.valid("param").id), 200));
}
