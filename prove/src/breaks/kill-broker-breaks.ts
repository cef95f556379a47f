import type { Break } from "./break.js";

export const KILL_BROKER_BREAKS: readonly Break[] = [
  {
    name: "publish-unconfirmed",
    experiment: "kill-broker",
    wrong: "a publish settles before the broker has confirmed it",
    queue: (queue) => ({
      ...queue,
      publish: async (topic, messages) => void queue.publish(topic, messages).catch(() => undefined),
    }),
  },
];
