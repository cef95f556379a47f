import { hasCode } from "@crm-engine/core";
import type { Break } from "./break.js";

/** What a call answers instead of being rejected as unavailable. */
async function insteadOfUnavailable<T>(call: Promise<T>, answer: T): Promise<T> {
  try {
    return await call;
  } catch (error) {
    if (!hasCode(error, "unavailable")) throw error;
    return answer;
  }
}

export const BULK_CUT_BREAKS: readonly Break[] = [
  {
    name: "cut-counts-as-stored",
    experiment: "bulk-cut",
    wrong: "orders whose write was cut count as stored",
    store: (store) => ({
      ...store,
      orders: {
        ...store.orders,
        apply: (orders) =>
          insteadOfUnavailable(
            store.orders.apply(orders),
            orders.map(() => "changed" as const),
          ),
      },
    }),
  },
  {
    name: "cut-counts-as-taken",
    experiment: "bulk-cut",
    wrong: "addresses whose reservation was cut count as another's",
    store: (store) => ({
      ...store,
      claims: {
        ...store.claims,
        reserveAddresses: (campaignId, reservations) =>
          insteadOfUnavailable(
            store.claims.reserveAddresses(campaignId, reservations),
            new Map(reservations.map(({ id }) => [id, "used" as const])),
          ),
      },
    }),
  },
  {
    name: "acknowledge-unwritten",
    experiment: "bulk-cut",
    wrong: "a message is acknowledged before the replies to its writes",
    queue: (queue) => ({
      ...queue,
      subscribe: (topic, handler, options) =>
        queue.subscribe(topic, async (message) => void handler(message).catch(() => undefined), options),
    }),
  },
];
