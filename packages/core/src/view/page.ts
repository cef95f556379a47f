import { z } from "zod";
import type { Page } from "../ports/page.js";

export function pageViewSchema<T>(item: z.ZodType<T>): z.ZodType<Page<T>> {
  return z.object({ items: z.array(item), nextCursor: z.string().nullable() });
}

export function viewPage<S, V>({ items, nextCursor }: Page<S>, view: (item: S) => V): Page<V> {
  return { items: items.map(view), nextCursor };
}
