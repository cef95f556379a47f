import { setTimeout as sleep } from "node:timers/promises";
import { hasCode } from "@crm-engine/core";
import type { Break } from "./break.js";

const PAUSE_MS = 200;

export const BROKER_AWAY_BREAKS: readonly Break[] = [
  {
    name: "publish-waits",
    experiment: "broker-away",
    wrong: "a publish waits until the broker is back",
    queue: (queue) => ({
      ...queue,
      publish: async (topic, messages) => {
        for (;;) {
          try {
            return await queue.publish(topic, messages);
          } catch (error) {
            if (!hasCode(error, "unavailable")) throw error;
            await sleep(PAUSE_MS);
          }
        }
      },
    }),
  },
];
