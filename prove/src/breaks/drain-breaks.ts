import type { Break } from "./break.js";

/** Long enough that a process which does not wait for it is gone before. */
const LATE_MS = 1_000;

export const DRAIN_BREAKS: readonly Break[] = [
  {
    name: "close-fails",
    experiment: "drain",
    wrong: "closing the vendor's connections fails",
    sender: (sender) => ({
      ...sender,
      close: async () => {
        await sender.close();
        throw new Error("the sender could not be closed");
      },
    }),
  },
  {
    name: "acknowledge-before-write",
    experiment: "drain",
    wrong: "a message counts as done before it is",
    queue: (queue) => ({
      ...queue,
      subscribe: (topic, handler, options) =>
        queue.subscribe(
          topic,
          async (message) => void setTimeout(() => void handler(message).catch(() => undefined), LATE_MS),
          options,
        ),
    }),
  },
];
