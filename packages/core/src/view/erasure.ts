import { z } from "zod";
import type { StoredErasure } from "../model/erasure.js";
import { formatInstant } from "../model/instant.js";
import { TOPICS } from "../ports/queue.js";
import { instantViewSchema } from "./instant.js";
import { type View, viewSchema } from "./view.js";

const schema = z
  .object({
    id: z.string().meta({ description: "The customer's." }),
    status: z.enum(["running", "completed"]),
    requestedAt: instantViewSchema,
    completedAt: instantViewSchema.optional(),
    waitingFor: z
      .object({
        uploads: z.boolean().meta({ description: "Rows that were accepted before may not all be queued yet." }),
        topics: z
          .array(z.enum(TOPICS))
          .meta({ description: "Messages that were queued before may still hold something of the customer." }),
        broker: z.string().optional(),
      })
      .optional()
      .meta({ description: "While it is running: where something of the customer may still be." }),
  })
  .meta({ id: "Erasure" });

/** An erasure of a customer, and how far it has come. */
export interface Erasure extends View<z.output<typeof schema>> {}
export const erasureViewSchema: z.ZodType<Erasure> = viewSchema(schema);

const begunSchema = schema
  .extend({
    sameAddress: z
      .array(z.string())
      .meta({ description: "Other customers who have an address of the erased: they stay, and are not written to there." }),
  })
  .meta({ id: "BegunErasure" });

/** An erasure that was begun now. */
export interface BegunErasure extends View<z.output<typeof begunSchema>> {}
export const begunErasureViewSchema: z.ZodType<BegunErasure> = viewSchema(begunSchema);

export function viewErasure({ customerId, requestedAt, completedAt, marks }: StoredErasure, broker: string | undefined): Erasure {
  const topics = TOPICS.filter((topic) => marks === undefined || marks[topic] !== undefined);
  return {
    id: customerId,
    status: completedAt === undefined ? "running" : "completed",
    requestedAt: formatInstant(requestedAt),
    ...(completedAt === undefined
      ? { waitingFor: { uploads: marks === undefined, topics, ...(broker === undefined ? {} : { broker }) } }
      : { completedAt: formatInstant(completedAt) }),
  };
}
