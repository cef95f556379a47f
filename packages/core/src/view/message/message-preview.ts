import { z } from "zod";
import { CHANNELS } from "../../model/channel.js";
import { contactableViewSchema } from "../contactable.js";
import { type View, viewSchema } from "../view.js";

const schema = z
  .object({
    customer: z.object({ id: z.string(), name: z.string().optional() }),
    inAudience: z.boolean().meta({ description: "Whether a launch now would select them." }),
    contactable: contactableViewSchema,
    channel: z.enum(CHANNELS),
    to: z.string().optional().meta({ description: "Absent where they have no address." }),
    from: z.string().optional().meta({ description: "Absent where it is the sender's own." }),
    replyTo: z.string().optional(),
    subject: z.string().optional(),
    preheader: z.string().optional(),
    body: z.string().meta({ description: "Of an e-mail: HTML, with the preheader hidden in it." }),
    text: z.string().optional().meta({ description: "The text part of an e-mail." }),
    missing: z
      .array(z.string())
      .meta({ description: "Variables that the message names and they have no value for: customer.name." }),
  })
  .meta({ id: "MessagePreview" });

/** A message as one customer would get it. */
export interface MessagePreview extends View<z.output<typeof schema>> {}
export const messagePreviewViewSchema: z.ZodType<MessagePreview> = viewSchema(schema);
