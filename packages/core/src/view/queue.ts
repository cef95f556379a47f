import { z } from "zod";
import { formatInstant } from "../model/instant.js";
import { type StoredDeadLetter, TOPICS } from "../ports/queue.js";
import { instantViewSchema } from "./instant.js";
import { type View, viewSchema } from "./view.js";

const topic = z.enum(TOPICS);

export const queueDepthViewSchema = z
  .object({
    topic,
    messages: z.int().meta({ description: "Waiting or being worked on. A part of an upload is one message." }),
    deadLetters: z.int(),
    oldestAgeMs: z.number().optional().meta({ description: "Age of the oldest waiting message, where the broker can tell." }),
  })
  .meta({ id: "QueueDepth" });

const deadLetterSchema = z
  .object({
    id: z.string(),
    topic,
    reason: z.string(),
    attempts: z.int(),
    deadAt: instantViewSchema,
    body: z.string().meta({ description: "The message as it was queued." }),
  })
  .meta({ id: "DeadLetter" });

/** A message that was given up on. */
export interface DeadLetter extends View<z.output<typeof deadLetterSchema>> {}
export const deadLetterViewSchema: z.ZodType<DeadLetter> = viewSchema(deadLetterSchema);

export function viewDeadLetter({ deadAt, ...letter }: StoredDeadLetter): DeadLetter {
  return { ...letter, deadAt: formatInstant(deadAt) };
}
