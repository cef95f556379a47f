import { orderViewSchema, pageViewSchema } from "@crm-engine/core/schemas";
import { createRoute, z } from "@hono/zod-openapi";
import type { AppParts } from "../app-env.js";
import { type App, answers, idParam } from "../openapi.js";
import { pageQuery, pageRequest } from "../page-query.js";

const tags = ["orders"];

const list = createRoute({
  method: "get",
  path: "/api/orders",
  tags,
  summary: "Orders, newest first",
  request: { query: pageQuery.extend({ customerId: z.string().min(1).max(400).optional() }) },
  responses: answers(200, pageViewSchema(orderViewSchema), "A page of orders."),
});

const get = createRoute({
  method: "get",
  path: "/api/orders/{id}",
  tags,
  summary: "An order",
  request: { params: idParam },
  responses: answers(200, orderViewSchema, "The order."),
});

export function orderRoutes(app: App, { engine }: AppParts): void {
  app.openapi(list, async (c) => {
    const { customerId, ...page } = c.req.valid("query");
    return c.json(await engine.orders.list(customerId === undefined ? {} : { customerId }, pageRequest(page)), 200);
  });
  app.openapi(get, async (c) => c.json(await engine.orders.get(c.req.valid("param").id), 200));
}
