import { z } from "@hono/zod-openapi";

/** The query of every list. */
export const pageQuery = z.object({
  limit: z.coerce.number().pipe(z.int().min(1).max(1_000)).default(50),
  cursor: z.string().min(1).max(4_000).optional().openapi({ description: "nextCursor of the page before." }),
});

/** What the engine takes of a list's query. */
export function pageRequest({ limit, cursor }: z.infer<typeof pageQuery>): { readonly limit: number; readonly cursor?: string } {
  return { limit, ...(cursor === undefined ? {} : { cursor }) };
}
