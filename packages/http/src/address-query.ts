import { z } from "@hono/zod-openapi";

/** An address in a query, in any spelling. A plus that was not escaped arrives as a space. */
export const addressQuery = z
  .string()
  .max(320)
  .transform((text) => text.replace(/^ (?=[0-9])/, "+"))
  .optional()
  .openapi({ description: "In any spelling." });
