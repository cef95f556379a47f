import { randomUUID } from "node:crypto";
import type { Break } from "./break.js";

export const CUT_REPLIES_BREAKS: readonly Break[] = [
  {
    name: "fresh-order-ids",
    experiment: "cut-replies",
    wrong: "an order that is written again gets an id of its own",
    store: (store) => {
      const tried = new Set<string>();
      return {
        ...store,
        orders: {
          ...store.orders,
          apply: (orders) =>
            store.orders.apply(
              orders.map((order) => {
                const again = tried.has(order.id);
                tried.add(order.id);
                return again ? { ...order, id: `${order.id}-${randomUUID()}` } : order;
              }),
            ),
        },
      };
    },
  },
  {
    name: "never-settles",
    experiment: "cut-replies",
    wrong: "a publish whose reply is lost never settles",
    queue: (queue) => ({
      ...queue,
      publish: (topic, messages) => queue.publish(topic, messages).catch(() => new Promise<void>(() => undefined)),
    }),
  },
];
