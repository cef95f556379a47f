import { createRoute, z } from "@hono/zod-openapi";
import type { AppParts } from "../app-env.js";
import { type App, answers, idParam } from "../openapi.js";
import { orderOutSchema, presentOrder } from "../present/order.js";
import { pageQuery, pageRequest, pageSchema, presentPage } from "../present/page.js";

const tags = ["orders"];

const list = createRoute({
  method: "get",
  path: "/api/orders",
  tags,
  summary: "Orders, newest first",
  request: { query: pageQuery.extend({ customerId: z.string().min(1).max(400).optional() }) },
  responses: answers(200, pageSchema(orderOutSchema), "A page of orders."),
});

const get = createRoute({
  method: "get",
  path: "/api/orders/{id}",
  tags,
  summary: "An order",
  request: { params: idParam },
  responses: answers(200, orderOutSchema, "The order."),
});

export function orderRoutes(app: App, { engine }: AppParts): void {
  app.openapi(list, async (c) => {
    const { customerId, ...page } = c.req.valid("query");
    const orders = await engine.orders.list(customerId === undefined ? {} : { customerId }, pageRequest(page));
    return c.json(
      presentPage(orders, (order) => presentOrder(order, engine.context)),
      200,
    );
  });
  app.openapi(get, async (c) => c.json(presentOrder(await engine.orders.get(c.req.valid("param").id), engine.context), 200));
}
