import { type Condition, holds, type Store, type StoredCustomer, type TimeRange } from "@crm-engine/core/ports";
import type { Break } from "./break.js";

const HOUR_MS = 3_600_000;
const EVERYONE: Condition = { kind: "all", of: [] };

export const RULES_BREAKS: readonly Break[] = [
  {
    name: "missing-meets-ne",
    experiment: "rules",
    wrong: "a negated operator is met by a missing value",
    store: (store) => misreading(store, (test) => (test.kind === "typed" ? EVERYONE : test)),
  },
  {
    name: "windows-hold-their-end",
    experiment: "rules",
    wrong: "a window of time holds its end",
    store: (store) =>
      misreading(store, (test) => moved(test, ({ to, ...range }) => ({ ...range, ...(to === undefined ? {} : { to: to + 1 }) }))),
  },
  {
    name: "erased-are-counted",
    experiment: "rules",
    wrong: "a count has the erased among it",
    store: (store) => {
      const erased: StoredCustomer[] = [];
      return {
        ...store,
        customers: {
          ...store.customers,
          erase: async (id, stamp) => {
            erased.push(...(await store.customers.getMany([id])));
            return store.customers.erase(id, stamp);
          },
          count: async (condition, options) =>
            (await store.customers.count(condition, options)) + erased.filter((customer) => holds(condition, customer)).length,
        },
      };
    },
  },
  {
    name: "plan-an-hour-late",
    experiment: "rules",
    wrong: "a plan takes its windows an hour later than the estimate",
    store: (store) => ({
      ...store,
      communications: { ...store.communications, plan: misreading(store, anHourLate).communications.plan },
    }),
  },
];

type Test = Exclude<Condition, { readonly kind: "all" | "any" | "not" }>;
type Misread = (test: Test) => Condition;

const anHourLate: Misread = (test) =>
  moved(test, ({ from, to, ...range }) => ({
    ...range,
    ...(from === undefined ? {} : { from: from + HOUR_MS }),
    ...(to === undefined ? {} : { to: to + HOUR_MS }),
  }));

/** The store with another idea of what a test means, wherever customers are selected. */
function misreading(store: Store, misread: Misread): Store {
  const { customers, communications } = store;
  return {
    ...store,
    customers: {
      ...customers,
      find: (condition, page, options) => customers.find(reread(condition, misread), page, options),
      count: (condition, options) => customers.count(reread(condition, misread), options),
    },
    communications: {
      ...communications,
      plan: (range) => communications.plan({ ...range, condition: reread(range.condition, misread) }),
    },
  };
}

function reread(condition: Condition, misread: Misread): Condition {
  switch (condition.kind) {
    case "all":
    case "any":
      return { kind: condition.kind, of: condition.of.map((part) => reread(part, misread)) };
    case "not":
      return { kind: "not", of: reread(condition.of, misread) };
    default:
      return misread(
        condition.field.of === "orders"
          ? { ...condition, field: { ...condition.field, where: reread(condition.field.where, misread) } }
          : condition,
      );
  }
}

function moved(test: Test, move: (range: TimeRange) => TimeRange): Condition {
  return test.kind === "within" ? { ...test, ranges: test.ranges.map(move) } : test;
}
