import { z } from "zod";
import { instantViewSchema } from "../instant.js";
import { type View, viewSchema } from "../view.js";

const schema = z
  .object({
    state: z.enum(["none", "unseen", "answers", "failing", "open"]).meta({
      description:
        "`none`: this engine has no vendor. `unseen`: no worker that is alive has called it yet. `failing`: the latest calls of a worker failed. `open`: so many that its breaker is open, and it only tries now and then.",
    }),
    simulated: z.boolean().meta({ description: "It is a stand-in that reaches nobody: what it calls delivered was never sent." }),
    unsubscribeLinks: z.boolean().meta({
      description: "Templates may name `unsubscribeUrl`: the engine knows the address at which people reach it (`PUBLIC_URL`).",
    }),
    since: instantViewSchema.optional().meta({ description: "Since when it fails." }),
    failures: z.int().optional().meta({ description: "Calls that failed in a row." }),
    lastError: z.string().optional().meta({ description: "The vendor's last words." }),
    nextTryAt: instantViewSchema.optional(),
    answeredAt: instantViewSchema.optional().meta({ description: "The last call that did not fail." }),
    workers: z.int().meta({ description: "Workers that are alive and send." }),
    affected: z.int().meta({ description: "Of these, those for whom it fails." }),
    rate: z
      .object({
        perSecond: z
          .number()
          .optional()
          .meta({ description: "Messages a second that go to it now; absent: as many as there are." }),
        configured: z.number().optional(),
        throttledUntil: instantViewSchema.optional().meta({ description: "When it has risen again, if the vendor takes it." }),
        throttled: z.boolean().meta({ description: "It asked for fewer; the rate rises again by itself." }),
      })
      .meta({ description: "Shared by all workers." }),
  })
  .meta({ id: "Vendor" });

/** How the vendor does. */
export interface Vendor extends View<z.output<typeof schema>> {}
export const vendorViewSchema: z.ZodType<Vendor> = viewSchema(schema);
