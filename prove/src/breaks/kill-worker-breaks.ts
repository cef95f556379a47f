import { randomUUID } from "node:crypto";
import type { Break } from "./break.js";

export const KILL_WORKER_BREAKS: readonly Break[] = [
  {
    name: "fresh-keys",
    experiment: "kill-worker",
    wrong: "every attempt has a key of its own",
    sender: (sender) => ({
      ...sender,
      send: async ({ batchId, messages }, signal) => {
        const fresh = messages.map((message) => ({ ...message, id: `${message.id}~${randomUUID()}` }));
        const results = await sender.send({ batchId, messages: fresh }, signal);
        return results.map((result) => ({ ...result, id: result.id.slice(0, result.id.lastIndexOf("~")) }));
      },
    }),
  },
  {
    name: "no-sweep",
    experiment: "kill-worker",
    wrong: "nobody takes back what dead workers held",
    store: (store) => ({ ...store, claims: { ...store.claims, sweep: async () => 0 } }),
  },
  {
    name: "plan-written-later",
    experiment: "kill-worker",
    wrong: "a range of the plan counts as written before it is",
    store: (store) => ({
      ...store,
      communications: {
        ...store.communications,
        plan: async (range) => {
          setTimeout(() => void store.communications.plan(range), 500);
          return 1;
        },
      },
    }),
  },
];
