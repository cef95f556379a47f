import type { Engine } from "../engine.js";
import { TOPICS } from "../ports.js";
import type { EngineParts } from "./engine-parts.js";

export function createQueues({ queue }: EngineParts): Engine["queues"] {
  return {
    depths: () => Promise.all(TOPICS.map((topic) => queue.depth(topic))),
    deadLetters: (filter, page) => queue.deadLetters(filter, page),
    replay: (which) => queue.replay(which),
  };
}
