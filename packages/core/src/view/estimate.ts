import { z } from "zod";
import { type Customer, customerViewSchema } from "./customer.js";
import { type View, viewSchema } from "./view.js";

const schema = z
  .object({
    count: z.int(),
    exact: z.boolean().meta({ description: "False where counting took too long: the count then comes from a sample." }),
    marginOfError: z
      .int()
      .optional()
      .meta({ description: "Customers by which an inexact count may be off, at 95 % confidence." }),
    tookMs: z.number(),
    sample: z.array(customerViewSchema),
  })
  .meta({ id: "Estimate" });

/** How many customers a rule selects, and up to five of them (fewer, where the time ran out). */
export interface Estimate extends View<z.output<typeof schema>> {
  readonly sample: readonly Customer[];
}
export const estimateViewSchema: z.ZodType<Estimate> = viewSchema(schema);
