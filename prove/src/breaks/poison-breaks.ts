import { setTimeout as sleep } from "node:timers/promises";
import type { Break } from "./break.js";

const TOGETHER_MS = 20;

export const POISON_BREAKS: readonly Break[] = [
  {
    name: "errors-swallowed",
    experiment: "poison",
    wrong: "a message that can't be applied counts as done",
    queue: (queue) => ({
      ...queue,
      subscribe: (topic, handler, options) =>
        queue.subscribe(topic, (message) => handler(message).catch(() => undefined), options),
    }),
  },
  {
    name: "neighbours-refused",
    experiment: "poison",
    wrong: "messages that come together are refused together",
    queue: (queue) => ({
      ...queue,
      subscribe: (topic, handler, options) => {
        let group: { readonly calls: Promise<void>[]; readonly done: Promise<unknown> } | undefined;
        const open = () => {
          const calls: Promise<void>[] = [];
          const done = sleep(TOGETHER_MS).then(() => {
            group = undefined;
            return Promise.all(calls);
          });
          return { calls, done };
        };
        return queue.subscribe(
          topic,
          async (message) => {
            group ??= open();
            const { calls, done } = group;
            const call = handler(message);
            call.catch(() => undefined);
            calls.push(call);
            await done;
          },
          options,
        );
      },
    }),
  },
];
