import type { Engine } from "../engine/index.js";
import type { OrdersApi, RecountResult } from "../engine/orders.js";
import { notFound } from "../errors.js";
import { viewOrder } from "../view/order.js";
import { viewPage } from "../view/page.js";
import type { EngineParts } from "./engine-parts.js";

const PAGE_SIZE = 500;

export function createOrders({ store, context }: EngineParts): OrdersApi {
  return {
    get: async (id) => {
      const order = await store.orders.get(id);
      if (!order) throw notFound("order", id);
      return viewOrder(order, context);
    },
    list: async (filter, page) => viewPage(await store.orders.list(filter, page), (order) => viewOrder(order, context)),
  };
}

/** Goes through all customers by id, page by page. Safe at any time, beside any other work, and repeatedly. */
export function createRecount({ store }: EngineParts): Engine["recount"] {
  return async ({ signal, onProgress } = {}) => {
    let soFar: RecountResult = { checked: 0, corrected: 0 };
    let after: string | undefined;
    for (;;) {
      signal?.throwIfAborted();
      const page = await store.orders.recount({ limit: PAGE_SIZE, ...(after === undefined ? {} : { after }) });
      if (page.lastId === undefined) return soFar;
      after = page.lastId;
      soFar = { checked: soFar.checked + page.checked, corrected: soFar.corrected + page.corrected.length };
      onProgress?.(soFar);
    }
  };
}
