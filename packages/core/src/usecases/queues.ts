import type { QueuesApi } from "../engine/queues.js";
import { TOPICS } from "../ports/queue.js";
import type { EngineParts } from "./engine-parts.js";

export function createQueues({ queue }: EngineParts): QueuesApi {
  return {
    depths: () => Promise.all(TOPICS.map((topic) => queue.depth(topic))),
    deadLetters: (filter, page) => queue.deadLetters(filter, page),
    replay: (which) => queue.replay(which),
  };
}
