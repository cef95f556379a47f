import { z } from "zod";
import type { QueuesApi } from "../engine/queues.js";
import { invalid } from "../errors.js";
import { parseWith, text } from "../model/edge.js";
import { TOPICS } from "../ports/queue.js";
import { viewPage } from "../view/page.js";
import { viewDeadLetter } from "../view/queue.js";
import type { EngineParts } from "./engine-parts.js";

/** Which dead letters to discard, and why. */
export const discardSchema = z.strictObject({
  ids: z.array(z.string().min(1).max(400)).min(1).max(1_000),
  reason: text(500).trim().min(1).optional(),
});

export function createQueues({ queue }: EngineParts): QueuesApi {
  return {
    depths: () => Promise.all(TOPICS.map((topic) => queue.depth(topic))),
    deadLetters: async (filter, page) => viewPage(await queue.deadLetters(filter, page), viewDeadLetter),
    replay: (which) => queue.replay(which),
    discard: async (letters) => {
      const parsed = parseWith(discardSchema, letters);
      if (!parsed.ok) throw invalid(parsed.issues);
      return queue.discard({ ids: parsed.value.ids });
    },
  };
}
