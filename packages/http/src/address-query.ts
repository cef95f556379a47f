import { z } from "@hono/zod-openapi";

/** A plus that was not escaped arrives as a space. */
export function withPlus(text: string): string {
  return text.replace(/^ (?=[0-9])/, "+");
}

/** An address in a query, in any spelling. */
export const addressQuery = z.string().max(320).transform(withPlus).optional().openapi({ description: "In any spelling." });
