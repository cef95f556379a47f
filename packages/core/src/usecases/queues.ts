import type { QueuesApi } from "../engine/queues.js";
import { TOPICS } from "../ports/queue.js";
import { viewPage } from "../view/page.js";
import { viewDeadLetter } from "../view/queue.js";
import type { EngineParts } from "./engine-parts.js";

export function createQueues({ queue }: EngineParts): QueuesApi {
  return {
    depths: () => Promise.all(TOPICS.map((topic) => queue.depth(topic))),
    deadLetters: async (filter, page) => viewPage(await queue.deadLetters(filter, page), viewDeadLetter),
    replay: (which) => queue.replay(which),
  };
}
