import { type RuleRequest, type SegmentInput, segmentSchema } from "@crm-engine/core";
import { createRoute, z } from "@hono/zod-openapi";
import type { AppParts } from "../app-env.js";
import { csvDownload } from "../csv-download.js";
import { idempotent } from "../idempotency.js";
import { type App, answers, idempotencyHeader, idParam, jsonBody, noContent, streams } from "../openapi.js";
import { CUSTOMER_CSV_COLUMNS, customerCsvRow, customerOutSchema, presentCustomer } from "../present/customer.js";
import { pageQuery, pageRequest, pageSchema, presentPage } from "../present/page.js";
import { explanationSchema, presentSegment, ruleSchema, segmentOutSchema } from "../present/segment.js";

const tags = ["segments"];
const path = "/api/segments";
const segmentIn = segmentSchema.extend({ rule: ruleSchema }).openapi("SegmentInput");
const asOf = z.string().max(40).optional().openapi({ format: "date-time", description: "The rule's now." });
const ruleRequest = z.strictObject({ rule: ruleSchema, asOf, timeZone: z.string().max(100).optional() });

const create = createRoute({
  method: "post",
  path,
  tags,
  summary: "Save a segment",
  parameters: [idempotencyHeader],
  request: { body: jsonBody(segmentIn) },
  responses: answers(201, segmentOutSchema, "The segment."),
});
const list = createRoute({
  method: "get",
  path,
  tags,
  summary: "Segments, oldest first",
  request: { query: pageQuery },
  responses: answers(200, pageSchema(segmentOutSchema), "A page of segments."),
});
const get = createRoute({
  method: "get",
  path: `${path}/{id}`,
  tags,
  summary: "A segment",
  request: { params: idParam },
  responses: answers(200, segmentOutSchema, "The segment."),
});
const update = createRoute({
  method: "put",
  path: `${path}/{id}`,
  tags,
  summary: "Replace a segment's name, rule and time zone",
  request: { params: idParam, body: jsonBody(segmentIn) },
  responses: answers(200, segmentOutSchema, "The segment."),
});
const remove = createRoute({
  method: "delete",
  path: `${path}/{id}`,
  tags,
  summary: "Delete a segment",
  request: { params: idParam },
  responses: noContent,
});
const estimate = createRoute({
  method: "post",
  path: `${path}/estimate`,
  tags,
  summary: "How many customers a rule selects",
  request: { body: jsonBody(ruleRequest) },
  responses: answers(
    200,
    z.object({ count: z.int(), exact: z.boolean(), tookMs: z.number(), sample: z.array(customerOutSchema) }).openapi("Estimate"),
    "The count, and up to five of them.",
  ),
});
const explain = createRoute({
  method: "post",
  path: `${path}/explain`,
  tags,
  summary: "Why a customer is, or is not, selected",
  request: { body: jsonBody(ruleRequest.extend({ customerId: z.string().min(1).max(400) })) },
  responses: answers(200, explanationSchema, "The verdict at each node of the rule."),
});
const members = createRoute({
  method: "get",
  path: `${path}/{id}/customers`,
  tags,
  summary: "The customers in a segment",
  request: { params: idParam, query: pageQuery.extend({ asOf }) },
  responses: answers(200, pageSchema(customerOutSchema), "A page of members, by id."),
});
const membersCsv = createRoute({
  method: "get",
  path: `${path}/{id}/customers.csv`,
  tags,
  summary: "The customers in a segment, as a file",
  request: { params: idParam, query: z.object({ asOf }) },
  responses: streams("text/csv", "One row a member."),
});

export function segmentRoutes(app: App, parts: AppParts): void {
  const { engine } = parts;
  app.on("POST", path, idempotent(engine));
  app.openapi(create, async (c) =>
    c.json(presentSegment(await engine.segments.create(c.req.valid("json") as SegmentInput)), 201),
  );
  app.openapi(list, async (c) =>
    c.json(presentPage(await engine.segments.list(pageRequest(c.req.valid("query"))), presentSegment), 200),
  );
  app.openapi(get, async (c) => c.json(presentSegment(await engine.segments.get(c.req.valid("param").id)), 200));
  app.openapi(update, async (c) => {
    return c.json(
      presentSegment(await engine.segments.update(c.req.valid("param").id, c.req.valid("json") as SegmentInput)),
      200,
    );
  });
  app.openapi(remove, async (c) => {
    await engine.segments.delete(c.req.valid("param").id);
    return c.body(null, 204);
  });
  ruleRoutes(app, parts);
  memberRoutes(app, parts);
}

function ruleRoutes(app: App, { engine }: AppParts): void {
  app.openapi(estimate, async (c) => {
    const { count, exact, tookMs, sample } = await engine.segments.estimate(c.req.valid("json") as RuleRequest);
    return c.json({ count, exact, tookMs, sample: sample.map((customer) => presentCustomer(customer, engine.context)) }, 200);
  });
  app.openapi(explain, async (c) => {
    const tree = await engine.segments.explain(c.req.valid("json") as RuleRequest & { readonly customerId: string });
    return c.json({ matches: tree.matches, tree }, 200);
  });
}

function memberRoutes(app: App, { engine, logger }: AppParts): void {
  app.openapi(members, async (c) => {
    const { asOf, ...page } = c.req.valid("query");
    const found = await engine.segments.members(c.req.valid("param").id, pageRequest(page), asOf === undefined ? {} : { asOf });
    return c.json(
      presentPage(found, (customer) => presentCustomer(customer, engine.context)),
      200,
    );
  });
  app.openapi(membersCsv, (c) => {
    const { id } = c.req.valid("param");
    const { asOf } = c.req.valid("query");
    return csvDownload(c, logger, {
      fileName: "customers.csv",
      columns: CUSTOMER_CSV_COLUMNS,
      page: (request) => engine.segments.members(id, request, asOf === undefined ? {} : { asOf }),
      row: (customer) => customerCsvRow(customer, engine.context),
    });
  });
}
