import type { Engine } from "../engine/index.js";
import { TOPICS } from "../ports/index.js";
import type { EngineParts } from "./engine-parts.js";

export function createQueues({ queue }: EngineParts): Engine["queues"] {
  return {
    depths: () => Promise.all(TOPICS.map((topic) => queue.depth(topic))),
    deadLetters: (filter, page) => queue.deadLetters(filter, page),
    replay: (which) => queue.replay(which),
  };
}
