import { createRoute, z } from "@hono/zod-openapi";
import type { AppParts } from "../app-env.js";
import { type App, answers, idParam, noContent } from "../openapi.js";
import { customerOutSchema, presentCustomer } from "../present/customer.js";
import { pageQuery, pageRequest, pageSchema, presentPage } from "../present/page.js";

const tags = ["customers"];

const address = z
  .string()
  .max(320)
  .optional()
  .openapi({ description: "Only who has this address, in the form in which it is kept." });

const list = createRoute({
  method: "get",
  path: "/api/customers",
  tags,
  summary: "Customers, by id",
  request: { query: pageQuery.extend({ email: address, phone: address }) },
  responses: answers(200, pageSchema(customerOutSchema), "A page of customers."),
});

const get = createRoute({
  method: "get",
  path: "/api/customers/{id}",
  tags,
  summary: "A customer with its totals",
  request: { params: idParam },
  responses: answers(200, customerOutSchema, "The customer."),
});

const erase = createRoute({
  method: "delete",
  path: "/api/customers/{id}",
  tags,
  summary: "Erase a customer",
  description: "For good: every read, list, count and segment passes over it, and rows that were queued before are rejected.",
  request: { params: idParam },
  responses: { 202: { description: "Erased." }, ...noContent },
});

export function customerRoutes(app: App, { engine }: AppParts): void {
  app.openapi(list, async (c) => {
    const { email, phone, ...request } = c.req.valid("query");
    const page = await engine.customers.find(
      {
        ...(email === undefined ? {} : { email }),
        // A plus that was not escaped arrives as a space.
        ...(phone === undefined ? {} : { phone: phone.replace(/^ /, "+") }),
      },
      pageRequest(request),
    );
    return c.json(
      presentPage(page, (customer) => presentCustomer(customer, engine.context)),
      200,
    );
  });
  app.openapi(get, async (c) =>
    c.json(presentCustomer(await engine.customers.get(c.req.valid("param").id), engine.context), 200),
  );
  app.openapi(erase, async (c) => c.body(null, (await engine.customers.erase(c.req.valid("param").id)) ? 202 : 204));
}
