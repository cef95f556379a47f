import { z } from "zod";
import { CHANNELS } from "../model/channel.js";
import { CONTACT_REFUSALS } from "../model/contact/contact-refusals.js";
import { EVIDENCE_KINDS } from "../model/contact/suppression.js";
import { instantViewSchema } from "./instant.js";
import { type View, viewSchema } from "./view.js";

const schema = z
  .object({
    channel: z.enum(CHANNELS),
    contactable: z.boolean(),
    reason: z.enum(CONTACT_REFUSALS).optional(),
    suppressedBy: z.enum(EVIDENCE_KINDS).optional().meta({ description: "Where the address is suppressed: by what." }),
    since: instantViewSchema.optional(),
  })
  .meta({ id: "Contactable" });

/** Whether a customer may be written to by a channel now, and if not, why. Nobody else of a campaign is asked. */
export interface Contactable extends View<z.output<typeof schema>> {}
export const contactableViewSchema: z.ZodType<Contactable> = viewSchema(schema);
