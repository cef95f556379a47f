import { z } from "zod";
import { type Customer, customerViewSchema } from "./customer.js";
import { type View, viewSchema } from "./view.js";

const count = z.int();
export const reachableSchema = z
  .object({
    willBeSent: count,
    unsubscribed: count,
    notSubscribed: count,
    suppressed: count,
    noAddress: count,
    sharedAddress: count
      .nullable()
      .meta({ description: "Of people who share an address, all but one. Null where the count is not exact." }),
  })
  .meta({ description: "Each person once, by the first reason that holds; together they are the count." });

const schema = z
  .object({
    count: z.int(),
    exact: z.boolean().meta({ description: "False where counting took too long: the count then comes from a sample." }),
    marginOfError: z
      .int()
      .optional()
      .meta({ description: "Customers by which an inexact count may be off, at 95 % confidence." }),
    tookMs: z.number(),
    reachable: reachableSchema.optional().meta({ description: "Where a channel was given." }),
    sample: z.array(customerViewSchema),
  })
  .meta({ id: "Estimate" });

/** How many customers a rule selects, and up to five of them (fewer, where the time ran out). */
export interface Estimate extends View<z.output<typeof schema>> {
  readonly sample: readonly Customer[];
}
export const estimateViewSchema: z.ZodType<Estimate> = viewSchema(schema);
