import { isEffect } from "../../model/effect.js";
import { MAX_ORDERS_TOTAL, type OrderOutcome, type StoredOrder } from "../../model/order.js";
import { pause } from "../expect.js";
import { losingRaces } from "./racing.fixture.js";
import { type StoreSabotage, stateful, stateless } from "./store-sabotage.fixture.js";

export const orderSabotages: readonly StoreSabotage[] = [
  stateful(
    "a row that comes again did nothing",
    ["an order says what a row did"],
    () => ({ seen: new Set<string>() }),
    ({ orders: { apply } }, { seen }) => ({
      orders: {
        apply: async (changes) => {
          const outcomes = await apply(changes);
          return changes.map(({ id, stamp }, index) => {
            const outcome = outcomes[index] ?? "unchanged";
            if (isEffect(outcome) && seen.has(`${id} ${stamp}`)) return "unchanged";
            seen.add(`${id} ${stamp}`);
            return outcome;
          });
        },
      },
    }),
  ),
  stateful(
    "totals are counted up",
    ["delivered twice counts once", "an order delivered by several", "totals follow"],
    () => ({ count: 0, spend: 0 }),
    (store, state) => ({
      orders: {
        apply: async (changes) => {
          const outcomes = await store.orders.apply(changes);
          for (const [index, change] of changes.entries()) {
            if (!isEffect(outcomes[index] ?? "")) continue;
            state.count += 1;
            state.spend += change.amount;
          }
          return outcomes;
        },
      },
      customers: {
        get: async (id) => {
          const customer = await store.customers.get(id);
          return customer && { ...customer, orderCount: state.count, totalSpend: state.spend };
        },
      },
    }),
  ),
  stateful(
    "racing orders lose each other's totals",
    ["20 racing orders", "untouched by upserts"],
    () => ({ busy: false }),
    ({ orders: { apply } }, state) => ({
      orders: { apply: losingRaces(state, apply, (changes) => changes.map(() => "changed" as const)) },
    }),
  ),
  stateful(
    "the last order to come wins",
    ["an older stamp loses", "twice in a call the newer stamp", "takes good orders with bad"],
    () => ({ stamp: 1e15 }),
    ({ orders: { apply } }, state) => ({
      orders: { apply: (changes) => apply(changes.map((change) => ({ ...change, stamp: ++state.stamp }))) },
    }),
  ),
  stateless("an order comes as often as it is asked for", ["those that exist come back, each once"], ({ orders: { get } }) => ({
    orders: {
      getMany: async (ids) => (await Promise.all(ids.map(get))).filter((order) => order !== undefined),
    },
  })),
  stateless("an order never changes", ["a newer stamp replaces the whole order"], ({ orders: { apply, get } }) => ({
    orders: {
      apply: async (changes) => {
        for (const change of changes) if (!(await get(change.id))) await apply([change]);
        return changes.map(() => "changed");
      },
    },
  })),
  stateless(
    "another customer's order is taken in silence",
    ["an order keeps its customer", "takes good orders with bad"],
    ({ orders: { apply } }) => ({
      orders: {
        apply: async (changes) => (await apply(changes)).map((outcome) => (outcome === "other_customer" ? "changed" : outcome)),
      },
    }),
  ),
  stateless(
    "an order beyond the limit is taken in silence",
    ["past the limit", "towards the limit", "for the rest of the limit"],
    (store) => ({
      orders: {
        apply: async (changes) =>
          (await store.orders.apply(changes)).map((outcome) => (outcome === "over_limit" ? "changed" : outcome)),
      },
    }),
  ),
  stateless("orders beyond the limit cost their neighbours", ["past the limit"], ({ orders: { apply } }) => ({
    orders: {
      apply: async (changes) => {
        const asked = changes.reduce((sum, { amount }) => sum + amount, 0);
        return asked > MAX_ORDERS_TOTAL ? changes.map(() => "over_limit" as const) : apply(changes);
      },
    },
  })),
  stateless("only spend counts towards the limit", ["towards the limit"], ({ orders: { apply } }) => ({
    orders: {
      apply: async (changes) =>
        (await apply(changes)).map((outcome, index) =>
          outcome === "over_limit" && changes[index]?.type === "purchase" && changes[index].amount < 100 ? "changed" : outcome,
        ),
    },
  })),
  stateful(
    "only the first thousand orders count",
    ["orders follow each of them", "their writers race and repeat", "go with their customer"],
    () => ({ seen: 0 }),
    ({ orders: { apply } }, state) => ({
      orders: {
        apply: async (changes) => {
          const counted = changes.filter(() => ++state.seen <= 1_000);
          await apply(counted);
          return changes.map(() => "changed" as const);
        },
      },
    }),
  ),
  stateless("a bad order stops those after it", ["takes good orders with bad"], ({ orders: { apply } }) => ({
    orders: {
      apply: async (changes) => {
        const outcomes: OrderOutcome[] = [];
        for (const change of changes) {
          const [outcome] = await apply([change]);
          if (outcome) outcomes.push(outcome);
          if (outcome === undefined || !isEffect(outcome)) break;
        }
        return outcomes;
      },
    },
  })),
  stateless("a refund is a purchase", ["a refund lowers the spend", "totals follow"], ({ orders: { apply } }) => ({
    orders: { apply: (changes) => apply(changes.map((change) => ({ ...change, type: "purchase" }))) },
  })),
  stateless(
    "a cancelled order counts",
    ["a cancelled order counts in no", "comes cancelled", "orders follow each of them"],
    ({ orders: { apply } }) => ({
      orders: { apply: (changes) => apply(changes.map((change) => ({ ...change, status: "placed" }))) },
    }),
  ),
  stateful(
    "an order once cancelled stays so",
    ["as placed again it counts again"],
    () => ({ cancelled: new Set<string>() }),
    ({ orders: { apply } }, { cancelled }) => ({
      orders: {
        apply: (changes) => {
          for (const { id, status } of changes) if (status === "cancelled") cancelled.add(id);
          return apply(changes.map((change) => (cancelled.has(change.id) ? { ...change, status: "cancelled" } : change)));
        },
      },
    }),
  ),
  stateless("totals are short floats", ["exact for the largest"], ({ customers: { get } }) => ({
    customers: {
      get: async (id) => {
        const customer = await get(id);
        return customer && { ...customer, totalSpend: Math.fround(customer.totalSpend) };
      },
    },
  })),
  stateless("a call serves its first customer only", ["a call for many customers"], ({ orders: { apply } }) => ({
    orders: {
      apply: async (changes) => {
        await apply(changes.filter(({ customerId }) => customerId === changes[0]?.customerId));
        return changes.map(() => "changed");
      },
    },
  })),
  stateless("an order without a customer is dropped", ["an order makes a bare customer"], (store) => ({
    orders: {
      apply: async (changes) =>
        (await store.customers.get(changes[0]?.customerId ?? "")) ? store.orders.apply(changes) : changes.map(() => "changed"),
    },
  })),
  stateless("an order makes its customer anew", ["own fields are untouched by orders"], (store) => ({
    orders: {
      apply: async (changes) => {
        await store.customers.apply(changes.map(({ customerId }) => ({ id: customerId, stamp: 8e15, fields: { name: null } })));
        return store.orders.apply(changes);
      },
    },
  })),
  stateful(
    "an upsert resets totals",
    ["untouched by upserts"],
    () => ({ upserted: false }),
    (store, state) => ({
      customers: {
        apply: async (changes) => {
          state.upserted = true;
          return store.customers.apply(changes);
        },
        get: async (id) => {
          const customer = await store.customers.get(id);
          return customer && state.upserted ? { ...customer, orderCount: 0, totalSpend: 0 } : customer;
        },
      },
    }),
  ),
  stateless("a recount begins anew with each page", ["a recount visits everyone once"], ({ orders: { recount } }) => ({
    orders: { recount: ({ limit }) => recount({ limit }) },
  })),
  stateless("a recount finds fault with everybody", ["a recount visits everyone once"], ({ orders: { recount } }) => ({
    orders: {
      recount: async (range) => {
        const page = await recount(range);
        return { ...page, corrected: page.lastId === undefined ? [] : [page.lastId] };
      },
    },
  })),
  stateful(
    "orders that race with a recount are lost",
    ["a recount beside racing orders"],
    () => ({ recounting: false }),
    ({ orders: { apply, recount } }, state) => ({
      orders: {
        apply: async (changes) => (state.recounting ? changes.map(() => "changed") : apply(changes)),
        recount: async (range) => {
          state.recounting = true;
          await pause(1);
          state.recounting = false;
          return recount(range);
        },
      },
    }),
  ),
  stateless("prices are rounded", ["an order comes back whole"], ({ orders: { get } }) => ({
    orders: { get: async (id) => rounded(await get(id)) },
  })),
];

function rounded(order: StoredOrder | undefined): StoredOrder | undefined {
  return order && { ...order, items: order.items.map((item) => ({ ...item, price: Math.round(item.price * 100) / 100 })) };
}
