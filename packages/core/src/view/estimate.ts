import { z } from "zod";
import { type Customer, customerViewSchema } from "./customer.js";
import { type View, viewSchema } from "./view.js";

const count = z.int();
const reachableSchema = z
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

const counted = z.object({
  count,
  exact: z.boolean().meta({ description: "False where counting took too long: the count then comes from a sample." }),
  marginOfError: count.optional().meta({ description: "Customers by which an inexact count may be off, at 95 % confidence." }),
});
export const estimateOfLaunchSchema = counted.extend({ reachable: reachableSchema });

const schema = counted
  .extend({
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
