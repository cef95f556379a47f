import type { Engine } from "../engine/index.js";
import type { OrderQuery, OrdersApi, RecountResult } from "../engine/orders.js";
import { invalid, notFound } from "../errors.js";
import { type EdgeContext, instantText, parseWith } from "../model/edge.js";
import { withoutUndefined } from "../model/record-of.js";
import type { OrderFilter } from "../query/condition/order-filter.js";
import { viewOrder } from "../view/order.js";
import { viewOrderTotals } from "../view/order-totals.js";
import { viewPage } from "../view/page.js";
import type { EngineParts } from "./engine-parts.js";
import { createOrderAnalytics } from "./figures/order-analytics.js";

const PAGE_SIZE = 500;

export function createOrders(parts: EngineParts): OrdersApi {
  const { store, context } = parts;
  return {
    get: async (id) => {
      const order = await store.orders.get(id);
      if (!order) throw notFound("order", id);
      return viewOrder(order, context);
    },
    list: async (query, page) =>
      viewPage(await store.orders.list(filterOf(query, context), page), (order) => viewOrder(order, context)),
    totals: async (query, { signal } = {}) =>
      viewOrderTotals(await store.orders.totals(filterOf(query, context), signal ? { signal } : {}), context),
    analytics: createOrderAnalytics(parts),
  };
}

function filterOf({ from, to, ...rest }: OrderQuery, context: EdgeContext): OrderFilter {
  const instant = (name: "from" | "to", text: string | undefined) => {
    if (text === undefined) return undefined;
    const parsed = parseWith(instantText(context), text);
    if (!parsed.ok) throw invalid(parsed.issues.map(({ message }) => ({ path: name, message })));
    return parsed.value;
  };
  return withoutUndefined({ ...rest, from: instant("from", from), to: instant("to", to) });
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
