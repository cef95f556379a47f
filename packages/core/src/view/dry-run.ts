import { z } from "zod";
import { type View, viewSchema } from "./view.js";

const schema = z
  .object({
    received: z.int().meta({ description: "Rows that were read." }),
    added: z.int(),
    changed: z.int(),
    unchanged: z.int(),
    rejected: z.int(),
    suppressed: z.int().meta({
      description:
        "Customers of the accepted rows, each once, who have an address to which nothing would be sent: its mailbox unsubscribed, complained, bounced, or is suppressed by hand or erased.",
    }),
    truncated: z
      .boolean()
      .optional()
      .meta({ description: "The file broke off, or the store was away: rows after these were not looked at." }),
    errors: z
      .array(z.object({ row: z.int(), line: z.int().optional(), path: z.string(), message: z.string() }))
      .meta({ description: "The first 100 by row; of one that broke off, at the end, why." }),
  })
  .meta({ id: "DryRun" });

/** What an import would do to each row of a file, if it came now. Nothing is written. */
export interface DryRun extends View<z.output<typeof schema>> {}
export const dryRunViewSchema: z.ZodType<DryRun> = viewSchema(schema);
