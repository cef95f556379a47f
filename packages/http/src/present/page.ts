import type { Page } from "@crm-engine/core";
import { z } from "@hono/zod-openapi";

/** The query of every list. */
export const pageQuery = z.object({
  limit: z.coerce.number().pipe(z.int().min(1).max(1_000)).default(50),
  cursor: z.string().min(1).max(4_000).optional().openapi({ description: "nextCursor of the page before." }),
});

export type PageQuery = z.infer<typeof pageQuery>;

/** What the engine takes of a list's query. */
export function pageRequest({ limit, cursor }: PageQuery): { readonly limit: number; readonly cursor?: string } {
  return { limit, ...(cursor === undefined ? {} : { cursor }) };
}

export function pageSchema<T extends z.ZodType>(item: T) {
  return z.object({ items: z.array(item), nextCursor: z.string().nullable() });
}

export function presentPage<T, U>(page: Page<T>, present: (item: T) => U): { items: U[]; nextCursor: string | null } {
  return { items: page.items.map(present), nextCursor: page.nextCursor };
}
