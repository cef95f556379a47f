import type { z } from "zod";

/** What a schema describes, for reading only. A field without a value is absent: it is never there and undefined. */
export type View<T> = T extends readonly (infer I)[]
  ? readonly View<I>[]
  : T extends object
    ? { readonly [K in keyof T]: View<Exclude<T[K], undefined>> }
    : T;

/** The schema, as that of a view: that an optional field is absent or has a value is what zod's own types don't say. */
export function viewSchema<T>(schema: z.ZodType<T>): z.ZodType<View<T>> {
  return schema as z.ZodType<View<T>>;
}
