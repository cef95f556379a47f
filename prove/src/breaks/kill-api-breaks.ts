import type { Break } from "./break.js";

const LATE_MS = 500;

export const KILL_API_BREAKS: readonly Break[] = [
  {
    name: "answer-before-durable",
    experiment: "kill-api",
    wrong: "a publish settles at once, and is carried out later",
    queue: (queue) => ({
      ...queue,
      publish: async (topic, messages) =>
        void setTimeout(() => void queue.publish(topic, messages).catch(() => undefined), LATE_MS),
    }),
  },
];
